"""Temporal servers for workflow tests, one a test, each with the project's search attributes."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from workflows.search_attributes import SEARCH_ATTRIBUTES

_TOOLS = Path(sys.executable).parent

_TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
}


@asynccontextmanager
async def real_time(*flags: str) -> AsyncIterator[WorkflowEnvironment]:
    """The real server, in memory."""
    starting = WorkflowEnvironment.start_local(
        dev_server_existing_path=str(_TOOLS / "temporal"),
        dev_server_log_level="error",
        dev_server_extra_args=flags,
        identity="tests",
    )
    async with await starting as environment:
        await _register_attributes(environment)
        yield environment


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock jumps over every wait while a test awaits a workflow's result.

    It is no full server: an update that arrives while a workflow task runs can get lost in it.
    """
    starting = WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(_TOOLS / "temporal-test-server")
    )
    async with await starting as environment:
        await _register_attributes(environment)
        yield environment


async def _register_attributes(environment: WorkflowEnvironment) -> None:
    """Unknown ones fail a workflow's start, or, where time skips, hang it."""
    await environment.client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=environment.client.namespace,
            search_attributes={name: _TYPES[kind] for name, kind in SEARCH_ATTRIBUTES.items()},
        )
    )

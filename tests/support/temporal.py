"""Workers and environments for workflow tests."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from workflows.search_attributes import SEARCH_ATTRIBUTES

_TEST_SERVER = Path(sys.executable).parent / "temporal-test-server"

_TYPES = {
    "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Int": IndexedValueType.INDEXED_VALUE_TYPE_INT,
}


@asynccontextmanager
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock jumps over every wait; it hangs on attributes it doesn't know."""
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(_TEST_SERVER)
    ) as environment:
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={name: _TYPES[kind] for name, kind in SEARCH_ATTRIBUTES.items()},
            )
        )
        yield environment

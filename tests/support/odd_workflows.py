"""Workflows that do nothing, or can't: started by name, because nobody else knows them."""

from typing import Any

from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from workflows.search_attributes import ATTENTION_REASON


@workflow.defn(sandboxed=False)
class Waiting:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)


@workflow.defn(sandboxed=False)
class Faulty:
    """Fails its workflow task, again and again."""

    @workflow.run
    async def run(self) -> None:
        raise LookupError


async def start(
    client: Client, name: str, id_: str, *, queue: str, attention: str = ""
) -> WorkflowHandle[Any, Any]:
    """With an `AttentionReason`, if one is given."""
    pairs = [SearchAttributePair(ATTENTION_REASON, attention)] if attention else []
    return await client.start_workflow(
        name, id=id_, task_queue=queue, search_attributes=TypedSearchAttributes(pairs)
    )

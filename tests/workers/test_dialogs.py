"""What the Temporal UI's dialog is told of the updates: by a worker of ours, on the real server."""

import inspect
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata

from adapters.settings import TemporalSettings, WorkerSettings
from adapters.temporal import connect
from workers.task_queue import TaskQueue, build
from workflows.delivery import DeliveryWorkflow
from workflows.order import OrderWorkflow
from workflows.refund import RefundWorkflow
from workflows.updates import NO_DATA, update


@workflow.defn(sandboxed=False)
class Errand:
    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @update('Somebody else does it. Data: {"to": "…"}')
    async def hand_over(self, to: str) -> str:
        return to

    @update(f"Try it now. {NO_DATA}")
    async def try_now(self) -> None: ...

    @update(f"Put it off. {NO_DATA}")
    async def put_off(self) -> None: ...


def updates_of(class_: type) -> list[tuple[Any, str]]:
    """Each update, and its description."""
    # Where the SDK's decorator leaves what it was told.
    marked = [each for each in vars(class_).values() if hasattr(each, "_defn")]
    return [(each, each._defn.description) for each in marked]  # noqa: SLF001


def needs_input(asked: Any) -> bool:
    _, *given = inspect.signature(asked).parameters.values()
    return any(each.default is inspect.Parameter.empty for each in given)


class TestDialogs:
    async def test_list_the_updates_that_need_no_input_first(self, temporal_address: str) -> None:
        client = await connect(TemporalSettings(address=temporal_address))
        queue = TaskQueue(name=f"errands-{uuid4()}", workflows=[Errand], activities=[])
        async with build(queue, client, WorkerSettings(drain=timedelta())):
            errand = await client.start_workflow(Errand.run, id=str(uuid4()), task_queue=queue.name)
            told = await errand.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
            await errand.terminate()
        names = [each.name for each in told.definition.update_definitions]
        assert names == ["put_off", "try_now", "hand_over"]

    @pytest.mark.parametrize("class_", [OrderWorkflow, DeliveryWorkflow, RefundWorkflow])
    def test_are_told_by_every_update_whether_it_needs_input(self, class_: type) -> None:
        updates = updates_of(class_)
        assert updates
        for asked, description in updates:
            assert (NO_DATA in description) is not needs_input(asked), asked

"""Disputes whose bank does as a test says, and the workers that follow them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from domain.disputes import Dispute, DisputeState, LookAtDispute
from domain.orders import NoteOnTimeline
from tests.support.builders import usd
from workers.interceptors import Activities
from workflows.dispute import DisputeWorkflow, workflow_id
from workflows.policies import ORDERS, PAYMENTS

_ID = "du_1"

Handle = WorkflowHandle[DisputeWorkflow, Dispute | None]


class FakeDisputes:
    """`states` is how the dispute stands at each look; the last one stays. None is nobody's."""

    def __init__(self) -> None:
        self.states: list[DisputeState | None] = [DisputeState.OPEN]
        self.looked_at: list[datetime] = []
        self.notes: list[NoteOnTimeline] = []
        self.order_id = uuid4()

    @activity.defn
    async def record_dispute(self, command: LookAtDispute) -> Dispute | None:
        # The engine's clock, which may jump.
        self.looked_at.append(activity.info().started_time)
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return self._dispute(command, state=state) if state else None

    @activity.defn
    async def note_on_timeline(self, command: NoteOnTimeline) -> None:
        self.notes.append(command)

    def _dispute(self, command: LookAtDispute, **given: Any) -> Dispute:
        return Dispute(
            dispute_id=command.dispute_id,
            order_id=self.order_id,
            amount=usd(2_300),
            reason="fraudulent",
            opened_at=datetime(2027, 1, 7, 12, tzinfo=UTC),
            due_by=datetime(2027, 1, 21, 12, tzinfo=UTC),
            **given,
        )


@asynccontextmanager
async def disputing(client: Client) -> AsyncIterator[FakeDisputes]:
    fakes = FakeDisputes()
    async with AsyncExitStack() as workers:
        for queue, workflows, does in (
            (PAYMENTS, [DisputeWorkflow], [fakes.record_dispute]),
            (ORDERS, [], [fakes.note_on_timeline]),
        ):
            worker = Worker(
                client,
                task_queue=queue,
                workflows=workflows,
                activities=does,
                interceptors=[Activities()],
            )
            await workers.enter_async_context(worker)
        yield fakes


async def follow(client: Client) -> Handle:
    return await client.start_workflow(
        DisputeWorkflow.run,
        LookAtDispute(dispute_id=_ID),
        id=workflow_id(_ID),
        task_queue=PAYMENTS,
        start_signal="dispute_changed",
    )

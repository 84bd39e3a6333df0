"""A dispute is followed until the bank has decided, and says until when to answer."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from domain.casework import LookAtDispute
from domain.orders import NoteOnTimeline
from domain.payments import Dispute, DisputeState
from tests.support.builders import usd
from tests.support.polling import eventually
from workers.interceptors import Activities
from workflows.dispute import DisputeWorkflow, workflow_id
from workflows.policies import DISPUTE_LOOK, ORDERS, PAYMENTS
from workflows.search_attributes import ATTENTION_REASON

ID = "du_1"
Handle = WorkflowHandle[DisputeWorkflow, Dispute | None]


class FakeDisputes:
    """`states` is how the dispute stands at each look; the last one stays. None is nobody's."""

    def __init__(self) -> None:
        self.states: list[DisputeState | None] = [DisputeState.OPEN]
        self.looked_at: list[datetime] = []
        self.notes: list[NoteOnTimeline] = []
        self.order_id = uuid4()

    @property
    def events(self) -> list[str]:
        return [note.event for note in self.notes]

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


@pytest.fixture
async def disputes(client: Client) -> AsyncIterator[FakeDisputes]:
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
        LookAtDispute(dispute_id=ID),
        id=workflow_id(ID),
        task_queue=PAYMENTS,
        start_signal="dispute_changed",
    )


class TestDisputeWorkflow:
    @pytest.mark.parametrize(
        ("end", "event"),
        [(DisputeState.WON, "dispute_won"), (DisputeState.LOST, "dispute_lost")],
    )
    async def test_ends_with_the_banks_decision(
        self, client: Client, disputes: FakeDisputes, end: DisputeState, event: str
    ) -> None:
        handle = await follow(client)
        await eventually(lambda: disputes.events == ["dispute_opened"])
        disputes.states = [end]
        await handle.signal(DisputeWorkflow.dispute_changed)
        result = await handle.result()
        assert result is not None
        assert result.state is end
        assert disputes.events == ["dispute_opened", event]
        assert len({note.key for note in disputes.notes}) == 2

    async def test_tells_that_it_was_opened_also_where_it_was_decided_before_the_first_look(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [DisputeState.LOST]
        await (await follow(client)).result()
        assert disputes.events == ["dispute_opened", "dispute_lost"]

    async def test_asks_for_an_answer_only_while_it_is_open(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        handle = await follow(client)
        await eventually(lambda: disputes.events == ["dispute_opened"])
        asks = (await handle.describe()).typed_search_attributes
        assert asks[ATTENTION_REASON] == "Dispute: answer until 21 January 12:00 UTC"
        disputes.states = [DisputeState.WON]
        await handle.signal(DisputeWorkflow.dispute_changed)
        await handle.result()
        assert (await handle.describe()).typed_search_attributes.get(ATTENTION_REASON) is None

    async def test_ends_at_once_where_it_is_about_nobodys_money(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [None]
        assert await (await follow(client)).result() is None
        assert disputes.notes == []

    @pytest.mark.time_skipping
    async def test_looks_every_day_where_no_webhook_comes(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [
            DisputeState.OPEN,
            DisputeState.OPEN,
            DisputeState.OPEN,
            DisputeState.WON,
        ]
        await (await follow(client)).result()
        *_, before_last, last = disputes.looked_at
        assert DISPUTE_LOOK <= last - before_last < 2 * DISPUTE_LOOK

    async def test_is_not_ended_by_the_engines_cancel(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        handle = await follow(client)
        await eventually(lambda: disputes.events == ["dispute_opened"])
        await handle.cancel()
        disputes.states = [DisputeState.WON]
        await handle.signal(DisputeWorkflow.dispute_changed)
        result = await handle.result()
        assert result is not None
        assert result.state is DisputeState.WON

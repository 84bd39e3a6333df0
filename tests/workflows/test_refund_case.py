"""A refund that can't be made is somebody's case, until it is made or decided about."""

from datetime import timedelta

import pytest
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.testing import WorkflowEnvironment

from domain.casework import Resolution, ResolveRefund
from domain.notifications import NotificationType
from domain.orders import step_key
from domain.refunds import RefundState
from tests.support.fakes import USED_UP, FakeActivities, Gate
from tests.support.histories import replay
from tests.support.owing import (
    decide,
    owe,
    refusal_of,
    told,
    what_is_owed,
)
from tests.support.polling import eventually
from workflows.policies import (
    CASE_DEADLINE,
    PAYMENTS,
)
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON


@pytest.mark.time_skipping
class TestCase:
    async def test_is_opened_reminded_of_and_closed_by_the_money_itself(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        # More tries than there are hours until the deadline, and the day after it.
        activities.script["refund_payment"] = [USED_UP] * 60
        owed = what_is_owed()
        handle = await client.start_workflow(
            RefundWorkflow.run, owed, id=workflow_id(owed), task_queue=PAYMENTS
        )
        await handle.result()
        casework = [name for name in activities.names if name.endswith("_case")]
        assert casework == ["open_case", "remind_case", "remind_case", "close_case"]
        opened, closed = activities.last("open_case"), activities.last("close_case")
        assert opened.key == closed.key == step_key(owed.order_id, "refund")
        assert closed.resolution is Resolution.REFUNDED
        assert told(activities) == [NotificationType.MONEY_OWED]

    async def test_says_that_it_is_overdue_after_a_day(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP] * 200
        handle = await owe(client)
        await eventually(lambda: "open_case" in activities.names)
        await environment.sleep(CASE_DEADLINE + timedelta(minutes=1))
        await eventually(lambda: "remind_case" in activities.names)
        attributes = (await handle.describe()).typed_search_attributes
        assert attributes[ATTENTION_REASON].startswith("Refund overdue since")
        await handle.terminate()

    async def test_is_not_opened_twice_for_one_reason(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, USED_UP, USED_UP]
        await (await owe(client)).result()
        assert len(activities.commands("open_case")) == 1

    async def test_stays_open_while_the_bank_works_on_the_next_refund(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED, RefundState.PENDING]
        await (await owe(client)).result()
        names = [name for name in activities.names if name.endswith(("_case", "refund_payment"))]
        assert names == [
            "refund_payment",
            "open_case",
            "refund_payment",
            "refund_payment",
            "close_case",
        ]


class TestResolveRefund:
    @pytest.mark.parametrize(
        ("decision", "state"),
        [
            (decide(Resolution.PAID_BY_HAND, "SEPA 118"), RefundState.SUCCEEDED),
            (decide(Resolution.WAIVED), RefundState.WAIVED),
        ],
    )
    async def test_ends_the_refund_with_the_decision_of_a_person(
        self,
        client: Client,
        activities: FakeActivities,
        decision: ResolveRefund,
        state: RefundState,
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP]
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
        assert (await handle.result()).state is state
        closed = activities.last("close_case")
        assert (closed.resolution, closed.by) == (decision.resolution, decision.by)
        assert (closed.reference, closed.remark_id) == (decision.reference, decision.remark_id)
        assert activities.names.count("refund_payment") == 0

    async def test_needs_to_hear_how_it_was_paid(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["refund_payment"] = [USED_UP]
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        refused = await refusal_of(handle, decide(Resolution.PAID_BY_HAND, " "))
        assert refused == "ReferenceMissing"
        # Nor may a waived one have a person's words: either would stay in the history.
        for resolution in (Resolution.PAID_BY_HAND, Resolution.WAIVED):
            refused = await refusal_of(handle, decide(resolution, "To liya@example.com, 118"))
            assert refused == "ReferenceRefused"

    async def test_of_an_old_history_stands_however_its_reference_was_written(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["refund_payment"] = [USED_UP]
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        decision = decide(Resolution.PAID_BY_HAND, "SEPA 118")
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
        await handle.result()
        history = await handle.fetch_history()
        [request] = [
            event.workflow_execution_update_accepted_event_attributes.accepted_request
            for event in history.events
            if event.HasField("workflow_execution_update_accepted_event_attributes")
        ]
        [payload] = request.input.args.payloads
        assert b"SEPA 118" in payload.data
        payload.data = payload.data.replace(b"SEPA 118", b"In cash, to Liya")
        await replay(history, RefundWorkflow)

    async def test_is_refused_while_the_bank_works_on_it(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING] * 9
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        assert await refusal_of(handle, decide(Resolution.WAIVED)) == "RefundNotDue"

    @pytest.mark.parametrize("step", ["refund_payment", "close_case"])
    async def test_does_not_pay_what_an_attempt_pays_meanwhile(
        self, client: Client, activities: FakeActivities, step: str
    ) -> None:
        activities.hold(captured=2_300)
        gate = Gate()
        activities.script["refund_payment"] = [USED_UP]
        activities.script[step].append(gate)
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        await handle.execute_update(RefundWorkflow.retry_refund_now)
        await gate.reached()
        update = await handle.start_update(
            RefundWorkflow.resolve_refund,
            decide(Resolution.WAIVED),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )
        gate.open()
        with pytest.raises(WorkflowUpdateFailedError):
            await update.result()
        assert (await handle.result()).state is RefundState.SUCCEEDED
        assert activities.last("close_case").resolution is Resolution.REFUNDED

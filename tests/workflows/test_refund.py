"""Money that is owed is given back, however long that takes, and says so meanwhile."""

from datetime import timedelta
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.casework import ResolveRefund
from domain.errors import IdempotencyKeyReused, RefundExceedsCaptured
from domain.notifications import NotificationType
from domain.orders import step_key
from domain.payments import (
    Liable,
    OrderPayment,
    Owed,
    OweMoney,
    RefundPart,
    RefundReason,
    RefundResult,
    RefundState,
    RefundStatus,
    Resolution,
)
from tests.support.builders import usd
from tests.support.fakes import USED_UP, FakeActivities, Gate, fine
from tests.support.polling import eventually
from workflows.policies import (
    CASE_DEADLINE,
    OWED_FIRST_WAIT,
    OWED_LONGEST_WAIT,
    PAYMENTS,
    PENDING_FIRST_WAIT,
)
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON, REFUND_STATUS

Handle = WorkflowHandle[RefundWorkflow, RefundResult]


def what_is_owed(**given: Any) -> OweMoney:
    order_id = uuid4()
    defaults: dict[str, Any] = {
        "order_id": order_id,
        "customer_id": uuid4(),
        "restaurant_id": uuid4(),
        "amount": usd(2_300),
        "owed": Owed.CAPTURED,
        "authorizations": [step_key(order_id, "authorize")],
    }
    return OweMoney(**(defaults | given))


def a_part(amount: int = 500) -> OweMoney:
    order_id = uuid4()
    part = RefundPart(
        order_id=order_id,
        key=step_key(order_id, "cold-pizza"),
        amount=usd(amount),
        liable=Liable.PLATFORM,
        liable_account="platform",
        reason=RefundReason.SUPPORT,
        request_hash="hash",
    )
    return what_is_owed(order_id=order_id, amount=usd(amount), owed=Owed.PART, part=part)


async def owe(client: Client, **given: Any) -> Handle:
    owed = what_is_owed(**given)
    return await client.start_workflow(
        RefundWorkflow.run, owed, id=workflow_id(owed), task_queue=PAYMENTS
    )


async def promise(client: Client, owed: OweMoney, *, request_hash: str = "hash") -> OrderPayment:
    """As the API does it: start the refund, and hear whether the money is promised."""
    start = WithStartWorkflowOperation(
        RefundWorkflow.run,
        owed,
        id=workflow_id(owed),
        task_queue=PAYMENTS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    return await client.execute_update_with_start_workflow(
        RefundWorkflow.planned, request_hash, start_workflow_operation=start
    )


def decide(resolution: Resolution, reference: str = "") -> ResolveRefund:
    return ResolveRefund(resolution=resolution, by=uuid4(), remark_id=uuid4(), reference=reference)


async def refusal_of(handle: Handle, decision: ResolveRefund) -> str | None:
    """The name of the refusal."""
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause.type


def written(activities: FakeActivities) -> list[RefundStatus]:
    """What the order's row went through: the fake bank has a new version for every answer."""
    rows = [command.payment.refund_status for command in activities.commands("record_payment")]
    return [status for status, _ in groupby(rows)]


def told(activities: FakeActivities) -> list[NotificationType]:
    commands = activities.commands("deliver_notifications")
    return [told.type for command in commands for told in command.notifications]


class TestRefundWorkflow:
    async def test_gives_back_what_was_captured_and_writes_it_down(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        result = await (await owe(client)).result()
        assert result.payment.refunded == usd(2_300)
        assert activities.undos == ["refund_payment"]
        assert written(activities) == [RefundStatus.FULL]

    async def test_releases_the_hold_where_the_capture_never_happened(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(authorized=2_300)
        await (await owe(client)).result()
        assert activities.undos == ["refund_payment"]
        assert written(activities) == [RefundStatus.NONE]

    async def test_voids_what_is_only_held(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(authorized=2_300)
        await (await owe(client, owed=Owed.HELD)).result()
        assert activities.undos == ["void_payment"]

    @pytest.mark.time_skipping
    async def test_says_that_money_is_due_and_tells_the_customer_once(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, USED_UP]
        result = await (await owe(client)).result()
        assert result.state is RefundState.SUCCEEDED
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]
        assert told(activities) == [NotificationType.MONEY_OWED]

    @pytest.mark.time_skipping
    async def test_asks_for_attention_only_while_money_is_due(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP]
        handle = await owe(client)
        await eventually(lambda: written(activities) == [RefundStatus.DUE])
        due = (await handle.describe()).typed_search_attributes
        assert due[REFUND_STATUS] == "due"
        assert due[ATTENTION_REASON].startswith("Refund due")
        await handle.result()
        healed = (await handle.describe()).typed_search_attributes
        assert healed[REFUND_STATUS] == "full"
        assert healed.get(ATTENTION_REASON) is None

    @pytest.mark.time_skipping
    async def test_makes_a_refund_anew_that_the_bank_returned(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED]
        await (await owe(client)).result()
        attempts = [command.attempt for command in activities.commands("refund_payment")]
        assert attempts == [1, 2]
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]

    @pytest.mark.time_skipping
    @pytest.mark.parametrize(
        ("attempt", "waited"),
        [
            (2, timedelta(0)),
            (3, OWED_FIRST_WAIT),
            (5, 4 * OWED_FIRST_WAIT),
            (5_000, OWED_LONGEST_WAIT),
        ],
    )
    async def test_is_due_from_the_start_where_it_came_back_after_its_end(
        self, client: Client, activities: FakeActivities, attempt: int, waited: timedelta
    ) -> None:
        activities.hold(captured=2_300)
        handle = await owe(client, attempt=attempt)
        result = await handle.result()
        assert result.state is RefundState.SUCCEEDED
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]
        assert [command.attempt for command in activities.commands("refund_payment")] == [attempt]
        assert told(activities) == [NotificationType.MONEY_OWED]
        run = await handle.describe()
        assert run.close_time
        assert waited <= run.close_time - run.start_time < waited + OWED_FIRST_WAIT

    @pytest.mark.time_skipping
    async def test_writes_it_down_also_when_it_is_due_a_second_time(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, fine, USED_UP]
        activities.refunds = [RefundState.PENDING]
        await (await owe(client)).result()
        assert written(activities)[0] is RefundStatus.DUE
        assert written(activities)[-1] is RefundStatus.FULL
        assert len(activities.commands("open_case")) == 1
        keys = [command.key for command in activities.commands("record_payment")]
        assert len(set(keys)) == len(keys)

    @pytest.mark.time_skipping
    async def test_looks_again_at_a_refund_that_is_pending(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING, RefundState.PENDING]
        await (await owe(client)).result()
        attempts = [command.attempt for command in activities.commands("refund_payment")]
        assert attempts == [1, 1, 1]
        assert written(activities) == [RefundStatus.PENDING, RefundStatus.FULL]

    async def test_is_tried_at_once_when_somebody_asks(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING]
        began = await environment.get_current_time()
        handle = await owe(client)
        await eventually(lambda: written(activities) == [RefundStatus.PENDING])
        await handle.execute_update(RefundWorkflow.retry_refund_now)
        await eventually(lambda: written(activities)[-1] is RefundStatus.FULL)
        assert await environment.get_current_time() - began < OWED_FIRST_WAIT

    async def test_is_not_ended_by_the_engines_cancel(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        handle = await owe(client)
        await gate.reached()
        await handle.cancel()
        gate.open()
        assert (await handle.result()).payment.refunded == usd(2_300)


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

    async def test_is_refused_while_the_bank_works_on_it(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING] * 9
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        assert await refusal_of(handle, decide(Resolution.WAIVED)) == "RefundNotDue"

    async def test_does_not_pay_what_an_attempt_pays_meanwhile(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        gate = Gate()
        activities.script["refund_payment"] = [USED_UP, gate]
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


class TestPart:
    async def test_is_promised_and_then_given_back(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        owed = a_part()
        promised = await promise(client, owed)
        assert promised.refund_status is RefundStatus.PENDING
        result = await client.get_workflow_handle_for(
            RefundWorkflow.run, workflow_id(owed)
        ).result()
        assert result.payment.refunded == usd(500)
        assert activities.names == [
            "plan_refund",
            "record_payment",
            "refund_part",
            "record_payment",
        ]
        assert written(activities) == [RefundStatus.PENDING, RefundStatus.PARTIAL]

    async def test_is_refused_where_it_is_too_much_and_may_be_asked_for_again(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["plan_refund"] = [RefundExceedsCaptured("Too much."), fine]
        owed = a_part()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await promise(client, owed)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == "RefundExceedsCaptured"
        handle = client.get_workflow_handle_for(RefundWorkflow.run, workflow_id(owed))
        assert (await handle.result()).state is RefundState.FAILED
        assert activities.names == []
        await promise(client, owed)
        assert (await handle.result()).state is RefundState.SUCCEEDED

    async def test_is_not_another_part_of_the_same_key(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING] * 9
        owed = a_part()
        await promise(client, owed)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await promise(client, owed, request_hash="another")
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == IdempotencyKeyReused.__name__

    @pytest.mark.time_skipping
    async def test_is_tried_again_under_its_own_numbers(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED, RefundState.FAILED]
        owed = a_part()
        await client.execute_workflow(
            RefundWorkflow.run, owed, id=workflow_id(owed), task_queue=PAYMENTS
        )
        assert [part.attempt for part in activities.commands("refund_part")] == [1, 2, 3]
        assert {command.key for command in activities.commands("open_case")} == {
            step_key(owed.order_id, "cold-pizza")
        }


class TestPaymentChanged:
    async def test_has_a_refund_under_way_looked_at_at_once(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING]
        began = await environment.get_current_time()
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        await handle.signal(RefundWorkflow.payment_changed)
        assert (await handle.result()).state is RefundState.SUCCEEDED
        assert await environment.get_current_time() - began < PENDING_FIRST_WAIT

    async def test_makes_no_new_refund_where_one_failed(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Its failure is news itself: each new refund would fail, and be news again."""
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED]
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        await handle.signal(RefundWorkflow.payment_changed)
        # Whatever the signal set off is done before the answer to an update that comes after it.
        assert await refusal_of(handle, decide(Resolution.PAID_BY_HAND)) == "ReferenceMissing"
        assert activities.names.count("refund_payment") == 1

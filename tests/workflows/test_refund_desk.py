"""What support asks of a refund under way: done under a mandate, or refused in a sentence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.casework import MoveCase, Resolution, ResolveRefund
from domain.desk import Mandate, Right
from domain.errors import OrderNotFound, RefundNotDue
from domain.refunds import RefundReason, RefundResult, RefundState
from tests.support.builders import a_mandate, usd
from tests.support.fakes import USED_UP, FakeActivities, Gate
from tests.support.insisting import insist
from tests.support.owing import Handle, a_part, owe, promise
from tests.support.pages_of_workflows import page_of
from tests.support.polling import eventually, seen
from workflows.policies import CASE_DEADLINE, PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON


async def refusal(handle: WorkflowHandle[Any, Any], update: Any, *command: Any) -> ApplicationError:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update(update, *command)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause


async def due(client: Client, activities: FakeActivities, **given: Any) -> Handle:
    """A refund whose case is open, and that is not tried again for now."""
    activities.hold(captured=2_300)
    activities.script["refund_payment"] = [USED_UP] * 9
    handle = await owe(client, **given)
    await eventually(lambda: "record_payment" in activities.names)
    return handle


def resolve(mandate: Mandate | None, resolution: Resolution) -> ResolveRefund:
    return ResolveRefund(
        resolution=resolution, by=uuid4(), remark_id=uuid4(), reference="118", mandate=mandate
    )


class TestMandate:
    @pytest.mark.parametrize(
        ("mandate", "error"),
        [
            (None, "RightMissing"),
            (a_mandate(right=Right.ACT), "RightMissing"),
            (a_mandate(limit=usd(499)), "ApprovalNeeded"),
        ],
    )
    async def test_is_needed_for_what_support_decides(
        self, client: Client, activities: FakeActivities, mandate: Mandate | None, error: str
    ) -> None:
        activities.hold(captured=2_300)
        owed = a_part(500, mandate=mandate)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await promise(client, owed)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == error
        handle = client.get_workflow_handle(workflow_id(owed), result_type=RefundResult)
        assert (await handle.result()).state is RefundState.FAILED
        assert activities.names == []

    async def test_above_the_limit_needs_a_second_person(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        await promise(client, a_part(500, mandate=a_mandate(limit=usd(1), approved_by=uuid4())))
        assert "plan_refund" in activities.names

    async def test_is_not_needed_for_what_the_system_decides(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        await promise(client, a_part(mandate=None, reason=RefundReason.ITEMS_UNAVAILABLE))
        assert "plan_refund" in activities.names

    async def test_is_not_asked_for_twice(self, client: Client, activities: FakeActivities) -> None:
        """Whoever reconciles begins a promised refund again, in nobody's name."""
        activities.hold(captured=2_300)
        again = replace(a_part(mandate=None), written=3)
        handle = await client.start_workflow(
            RefundWorkflow.run, again, id=workflow_id(again), task_queue=PAYMENTS
        )
        assert (await handle.result()).state is RefundState.SUCCEEDED

    @pytest.mark.parametrize(
        ("mandate", "resolution", "error"),
        [
            (None, Resolution.WAIVED, "RightMissing"),
            (a_mandate(right=Right.ACT), Resolution.WAIVED, "RightMissing"),
            (a_mandate(limit=usd(2_299)), Resolution.PAID_BY_HAND, "ApprovalNeeded"),
        ],
    )
    async def test_is_needed_to_decide_about_a_refund_that_is_due(
        self,
        client: Client,
        activities: FakeActivities,
        mandate: Mandate | None,
        resolution: Resolution,
        error: str,
    ) -> None:
        handle = await due(client, activities)
        decision = resolve(mandate, resolution)
        assert (await refusal(handle, RefundWorkflow.resolve_refund, decision)).type == error
        assert "close_case" not in activities.names


class TestRetryNow:
    async def test_is_refused_while_it_is_tried(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        handle = await owe(client)
        await gate.reached()
        refused = await refusal(handle, RefundWorkflow.retry_refund_now)
        gate.open()
        assert refused.type == "RefundNotDue"
        assert refused.message == "The refund is just being tried: wait for what becomes of it."
        assert (await handle.result()).state is RefundState.SUCCEEDED


class TestResolve:
    async def test_is_refused_at_once_while_it_is_tried(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Who were left waiting would take it for done, and the customer is paid twice."""
        handle = await due(client, activities)
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        await handle.execute_update(RefundWorkflow.retry_refund_now)
        await gate.reached()
        decision = resolve(a_mandate(), Resolution.PAID_BY_HAND)
        refused = await refusal(handle, RefundWorkflow.resolve_refund, decision)
        assert refused.type == "RefundNotDue"
        assert refused.message == "The refund is just being tried: look again in a moment."
        gate.open()
        assert (await handle.result()).state is RefundState.SUCCEEDED

    async def test_paid_by_hand_is_refused_where_stripe_has_the_refund_after_all(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Only the answer to the last try was lost: the next one finds out, and at once."""
        handle = await due(client, activities)
        found, activities.script["refund_payment"] = "Nothing of it is owed any more.", []
        activities.script["close_case"] = [RefundNotDue(found)]
        decision = resolve(a_mandate(), Resolution.PAID_BY_HAND)
        refused = await refusal(handle, RefundWorkflow.resolve_refund, decision)
        assert (refused.type, refused.message) == ("RefundNotDue", found)
        assert (await handle.result()).state is RefundState.SUCCEEDED
        assert activities.names.index("refresh_payment") < activities.names.index("close_case")
        assert activities.last("close_case").resolution is Resolution.REFUNDED

    async def test_paid_by_hand_is_refused_where_nobody_knows_what_stripe_has(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await due(client, activities)
        activities.script["refresh_payment"] = [USED_UP, OrderNotFound("No payment.")]
        decision = resolve(a_mandate(), Resolution.PAID_BY_HAND)
        refused = await refusal(handle, RefundWorkflow.resolve_refund, decision)
        assert refused.type == "RefundNotDue"
        assert refused.message.endswith("already: look again in a moment.")
        assert "close_case" not in activities.names
        # Of a payment that was never begun Stripe has nothing.
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
        assert (await handle.result()).state is RefundState.SUCCEEDED

    async def test_waived_needs_no_look(self, client: Client, activities: FakeActivities) -> None:
        handle = await due(client, activities)
        decision = resolve(a_mandate(), Resolution.WAIVED)
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
        assert "refresh_payment" not in activities.names

    async def test_is_of_what_is_due_by_now(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Support gave some back before the undo: nobody pays that again, or approves it."""
        activities.give_back(2_000)
        handle = await due(client, activities)
        [told] = activities.last("deliver_notifications").notifications
        assert "3.00 USD" in told.body
        assert activities.last("open_case").amount == usd(300)
        decision = resolve(a_mandate(limit=usd(300)), Resolution.PAID_BY_HAND)
        refused = await refusal(handle, RefundWorkflow.resolve_refund, decision)
        assert refused.type == "ApprovalNeeded"
        decision = replace(decision, amount=usd(300))
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
        assert activities.last("close_case").amount == usd(300)


class TestMoveCase:
    async def test_shows_whose_it_is_now(self, client: Client, activities: FakeActivities) -> None:
        handle = await due(client, activities)
        owner, mandate = uuid4(), a_mandate(right=Right.ACT)
        moved = await handle.execute_update(
            RefundWorkflow.move_case, MoveCase(owner=owner, mandate=mandate)
        )
        assert (moved.owner, activities.last("move_case").owner) == (owner, owner)
        await seen(lambda: page_of(handle), lambda text: f"of `{owner}`, until" in text)

    async def test_is_open_to_engineers(self, client: Client, activities: FakeActivities) -> None:
        handle = await due(client, activities)
        owner = uuid4()
        moved = await handle.execute_update(RefundWorkflow.move_case, MoveCase(owner=owner))
        assert moved.owner == owner

    @pytest.mark.time_skipping
    async def test_reminds_at_the_new_deadline_and_not_at_the_old_one(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP] * 200
        handle = await owe(client)
        await eventually(lambda: "open_case" in activities.names)
        deadline = await environment.get_current_time() + 3 * CASE_DEADLINE
        await insist(handle, RefundWorkflow.move_case, MoveCase(deadline=deadline))
        await environment.sleep(2 * CASE_DEADLINE)
        assert "remind_case" not in activities.names
        await environment.sleep(CASE_DEADLINE + timedelta(minutes=1))
        await eventually(lambda: "remind_case" in activities.names)
        attributes = (await handle.describe()).typed_search_attributes
        assert attributes[ATTENTION_REASON].startswith("Refund overdue since")
        await handle.terminate()

    @pytest.mark.time_skipping
    async def test_reminds_earlier_where_the_new_deadline_is_earlier(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP] * 200
        handle = await owe(client)
        await eventually(lambda: "open_case" in activities.names)
        deadline = await environment.get_current_time() + timedelta(hours=5)
        await insist(handle, RefundWorkflow.move_case, MoveCase(deadline=deadline))
        await environment.sleep(timedelta(hours=5, minutes=1))
        await eventually(lambda: "remind_case" in activities.names)
        await handle.terminate()

    @pytest.mark.parametrize(
        ("away", "sentence"),
        [
            (timedelta(minutes=-1), "The deadline has passed: name a later one."),
            (timedelta(days=31), "A deadline is at most 30 days away."),
        ],
    )
    async def test_is_refused_to_a_deadline_that_nobody_could_keep(
        self, client: Client, activities: FakeActivities, away: timedelta, sentence: str
    ) -> None:
        handle = await due(client, activities)
        command = MoveCase(deadline=datetime.now(UTC) + away)
        refused = await refusal(handle, RefundWorkflow.move_case, command)
        assert (refused.type, refused.message) == ("DeadlineOutOfRange", sentence)

    async def test_is_refused_where_no_case_is_open(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING] * 9
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        refused = await refusal(handle, RefundWorkflow.move_case, MoveCase(owner=uuid4()))
        assert refused.type == "RefundNotDue"

    async def test_needs_the_right_to_act(self, client: Client, activities: FakeActivities) -> None:
        handle = await due(client, activities)
        command = MoveCase(owner=uuid4(), mandate=a_mandate(right=Right.READ))
        assert (await refusal(handle, RefundWorkflow.move_case, command)).type == "RightMissing"


class TestPage:
    async def test_says_what_is_owed_whose_it_is_and_what_can_be_done(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await due(client, activities, keep=usd(300))
        text = await seen(
            lambda: page_of(handle), lambda text: "**Waits for** the next try" in text
        )
        assert text.startswith("## REFUND DUE\n\nThe customer gets all the money of the order back")
        assert "back but 3.00 USD." in text
        assert "**Waits for** the next try until " in text
        assert "| Authorized\u2003 | 0.00 USD |" in text
        assert "| Due\u2003 | 20.00 USD |" in text
        assert "| Case\u2003 | of the whole support desk, until " in text
        assert "To try at once: *Retry the step now* on the support page." in text
        assert "**You can now** try the refund now" in text
        assert len(text) <= 2_000

    async def test_leads_to_the_order_and_its_restaurant(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        owed = a_part()
        activities.script["refund_part"] = [USED_UP] * 9
        handle = await client.start_workflow(
            RefundWorkflow.run,
            owed,
            id=workflow_id(owed),
            task_queue=PAYMENTS,
            memo={"desk": "https://desk.example", "stripe": ""},
        )
        await eventually(lambda: "open_case" in activities.names)
        page = f"https://desk.example/support/orders/{owed.order_id}"
        text = await seen(lambda: page_of(handle), lambda text: f"]({page})" in text)
        desk = "https://desk.example/support"
        assert f"[Restaurant's orders]({desk}?restaurant_id={owed.restaurant_id})" in text
        await handle.terminate()

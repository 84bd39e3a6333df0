"""What support asks of a running order: it is done once, or refused in a sentence."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from domain.desk import Right
from domain.notifications import Audience, NotificationType
from domain.orders import Actor, NoteOnTimeline, OrderStatus
from domain.payments import PaymentStatus
from domain.progress import AddNote, CancelOrder, DelayOrder
from tests.support.builders import a_mandate, usd
from tests.support.fakes import FakeActivities, Gate
from tests.support.polling import eventually, seen
from tests.support.under_way import Order
from workflows.order import OrderWorkflow

# It would be tried again in ten minutes: before its deadline, and after that of this test.
AWAY = ApplicationError("The service is away.", next_retry_delay=timedelta(minutes=10))

# Who may only look, and who may act but move no money.
READER, ACTOR = a_mandate(right=Right.READ), a_mandate(right=Right.ACT)


def notes(activities: FakeActivities) -> list[NoteOnTimeline]:
    return activities.commands("note_on_timeline")


class TestRetryNow:
    async def test_tries_a_failing_step_at_once(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [AWAY]
        order = await Order.start(client, activities)
        await order.until_failing("authorize_payment")
        retried = await order.handle.execute_update(OrderWorkflow.retry_now)
        assert retried == ["authorize_payment"]
        await order.until(OrderStatus.CONFIRMED)
        assert "Support had the failing step tried at once." in await order.page()

    async def test_says_what_is_waited_for_where_no_step_fails(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        await seen(order.page, lambda text: "Waits for" in text)
        refusal = await order.refusal(OrderWorkflow.retry_now, a_mandate())
        assert refusal.type == "IllegalTransition"
        assert refusal.message.startswith(
            "No step is failing. The order waits for the restaurant's answer until "
        )

    async def test_needs_the_right_to_act(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        assert await order.refuses(OrderWorkflow.retry_now, READER) == "RightMissing"


class TestResendConfirmation:
    async def test_tells_the_customer_again_each_time_it_is_asked(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        await eventually(lambda: "deliver_notifications" in activities.names)
        for update_id in ("one", "one", "two"):
            await order.handle.execute_update(OrderWorkflow.resend_confirmation, id=update_id)
        first, *again = activities.commands("deliver_notifications")
        told = [command.notifications for command in again]
        assert [[each.type for each in those] for those in told] == [
            [NotificationType.ORDER_CONFIRMED]
        ] * 2
        assert {each.audience for those in told for each in those} == {Audience.CUSTOMER}
        keys = {each.dedupe_key for command in (first, *again) for each in command.notifications}
        assert len(keys) == 4
        assert [note.event for note in notes(activities)] == ["confirmation_resent"] * 2
        assert len({note.key for note in notes(activities)}) == 2

    async def test_is_refused_before_the_payment_is_secured(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.answers = [PaymentStatus.REQUIRES_ACTION]
        order = await Order.start(client, activities)
        await order.until(OrderStatus.PAYMENT_ACTION_REQUIRED)
        refusal = await order.refusal(OrderWorkflow.resend_confirmation)
        assert refusal.type == "IllegalTransition"
        assert refusal.message == "Nothing was confirmed yet: the payment comes first."

    async def test_needs_the_right_to_act(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        refusal = await order.refuses(OrderWorkflow.resend_confirmation, READER)
        assert refusal == "RightMissing"


class TestAddNote:
    async def test_says_once_that_there_is_a_note(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        note = AddNote(remark_id=uuid4(), mandate=ACTOR)
        for _ in range(2):
            await order.handle.execute_update(OrderWorkflow.add_note, note)
        await order.handle.execute_update(OrderWorkflow.add_note, AddNote(remark_id=uuid4()))
        assert [(each.event, each.actor, each.detail) for each in notes(activities)] == [
            ("note_added", Actor.SUPPORT, "Support wrote a note.")
        ] * 2
        assert "| Notes\u2003 | 2, on the support page |" in await order.page()

    async def test_is_refused_while_there_is_no_row_to_write_it_beside(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["record_order"] = [OSError("Connection reset."), gate]
        order = await Order.start(client, activities)
        await gate.reached()
        note = AddNote(remark_id=uuid4())
        assert await order.refuses(OrderWorkflow.add_note, note) == "IllegalTransition"
        gate.open()

    async def test_needs_the_right_to_act(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        note = AddNote(remark_id=uuid4(), mandate=READER)
        assert await order.refuses(OrderWorkflow.add_note, note) == "RightMissing"


class TestMoreTime:
    async def test_is_written_as_given_by_support(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        before = await seen(order.page, lambda text: "Waits for" in text)
        more = DelayOrder(minutes=15, by=Actor.SUPPORT, mandate=ACTOR)
        for _ in range(2):
            await order.handle.execute_update(OrderWorkflow.delay, more, id="once")
        [delay] = activities.commands("record_delay")
        assert (delay.minutes, delay.by) == (15, Actor.SUPPORT)
        after = await order.page()
        assert "Support gives the kitchen 15 minutes more." in after
        assert waits(after) != waits(before)

    async def test_needs_the_right_to_act(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        more = DelayOrder(minutes=15, by=Actor.SUPPORT, mandate=READER)
        assert await order.refuses(OrderWorkflow.delay, more) == "RightMissing"


def waits(page: str) -> str:
    [line] = [line for line in page.splitlines() if line.startswith("**Waits for**")]
    return line


Begin = Callable[[Client, FakeActivities], Awaitable[Order]]


class TestCancel:
    @pytest.mark.parametrize(
        ("begin", "mandate", "refusal"),
        [
            # Nothing was taken yet, so no money moves.
            (Order.confirmed, None, None),
            (Order.confirmed, ACTOR, None),
            (Order.confirmed, READER, "RightMissing"),
            # 23.00 USD were.
            (Order.preparing, None, "RightMissing"),
            (Order.preparing, ACTOR, "RightMissing"),
            (Order.preparing, a_mandate(limit=usd(2_299)), "ApprovalNeeded"),
            (Order.preparing, a_mandate(limit=usd(2_300)), None),
            (Order.preparing, a_mandate(limit=usd(0), approved_by=uuid4()), None),
        ],
    )
    async def test_needs_a_mandate_for_the_money_that_goes_back(
        self,
        client: Client,
        activities: FakeActivities,
        begin: Begin,
        mandate: Any,
        refusal: str | None,
    ) -> None:
        order = await begin(client, activities)
        command = CancelOrder(by=Actor.SUPPORT, late=True, mandate=mandate)
        if refusal:
            assert await order.refuses(OrderWorkflow.cancel, command) == refusal
        else:
            status = await order.handle.execute_update(OrderWorkflow.cancel, command)
            assert status is OrderStatus.CANCELLED

    @pytest.mark.parametrize(
        "given",
        [
            *({"by": by} for by in Actor if by is not Actor.CUSTOMER),
            {"by": Actor.CUSTOMER, "keep": usd(500)},
            {"by": Actor.CUSTOMER, "late": True},
        ],
    )
    async def test_needs_one_also_before_anybody_cooks(
        self, client: Client, activities: FakeActivities, given: dict[str, Any]
    ) -> None:
        """Whoever it is that they say they are: all that was taken goes back."""
        order = await Order.accepted(client, activities)
        assert await order.refuses(OrderWorkflow.cancel, CancelOrder(**given)) == "RightMissing"

    async def test_is_the_customers_own_until_then(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        own = CancelOrder(by=Actor.CUSTOMER)
        status = await order.handle.execute_update(OrderWorkflow.cancel, own)
        assert status is OrderStatus.CANCELLED

    async def test_is_measured_by_what_goes_back(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """What the customer still pays leaves nobody."""
        order = await Order.preparing(client, activities)
        mandate = a_mandate(limit=usd(2_000))
        late: dict[str, Any] = {"by": Actor.SUPPORT, "late": True, "mandate": mandate}
        assert await order.refuses(OrderWorkflow.cancel, CancelOrder(**late)) == "ApprovalNeeded"
        command = CancelOrder(**late, keep=usd(300))
        status = await order.handle.execute_update(OrderWorkflow.cancel, command)
        assert status is OrderStatus.CANCELLED

    async def test_says_what_is_possible_instead(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        refusal = await order.refusal(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
        assert refusal.message == (
            "The order is preparing: it can't be cancelled, but support can cancel it."
        )

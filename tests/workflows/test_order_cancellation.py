"""What is undone, in order, when an order is cancelled: during every step and every wait."""

import asyncio

import pytest
from temporalio.client import Client, WorkflowUpdateStage

from domain.deliveries import DeliveryCode
from domain.errors import ItemUnavailable
from domain.ledger import PLATFORM
from domain.orders import Actor, OrderStatus
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import AcceptOrder, CancelOrder, RejectOrder
from domain.settlement import carried, cooked
from tests.support.builders import a_mandate
from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import Effect, FakeActivities, Gate, fine
from tests.support.under_way import COURIER, Order
from workflows.order import OrderWorkflow

RELEASE = ["release_stock"]
VOID = ["void_payment", "release_stock"]
REFUND = ["refund_payment", "release_stock"]

HOWS = pytest.mark.parametrize("how", ["update", "engine"])
CODES = {"update": "cancelled_by_customer", "engine": "cancelled_in_engine"}

# An update waits while a local activity runs, so what is cancelled is always on a queue: there the
# local try has failed.
LOCAL_TRY = OSError("Connection reset.")
STEPS = [
    ("record_order", [LOCAL_TRY], []),
    ("reserve_stock", [LOCAL_TRY], RELEASE),
    ("advance_order", [LOCAL_TRY], RELEASE),
    ("authorize_payment", [], VOID),
    ("advance_order", [fine, LOCAL_TRY], VOID),
    ("deliver_notifications", [], VOID),
    ("advance_order", [fine, fine, LOCAL_TRY], VOID),
    ("capture_payment", [], REFUND),
    ("record_payment", [LOCAL_TRY], REFUND),
]
# What is written on the order's row is awaited, unless the engine cuts it off; what can be undone
# is not awaited.
AWAITED = {"record_order", "advance_order", "record_payment"}


class TestDuringAStep:
    @HOWS
    @pytest.mark.parametrize(("step", "before", "undone"), STEPS)
    async def test_undoes_exactly_what_was_begun(
        self,
        client: Client,
        activities: FakeActivities,
        step: str,
        before: list[Effect],
        undone: list[str],
        how: str,
    ) -> None:
        gate = Gate()
        activities.script[step] = [*before, gate]
        order = await Order.start(client, activities, auto_accept=True)
        await gate.reached()
        await order.cancel(how)
        if step in AWAITED and how == "update":
            gate.open()
        outcome = await order.handle.result()
        gate.open()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.undos == undone
        assert activities.statuses[-1] == "cancelled"
        assert activities.last("advance_order").cancellation.code == CODES[how]

    async def test_that_writes_how_it_ended_changes_nothing_any_more(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """The cancel comes before the workflow task's own end, so the engine has it done anew."""
        started = asyncio.Event()

        async def cancel() -> None:
            await started.wait()
            await order.handle.cancel()

        activities.script["reserve_stock"] = [ItemUnavailable("Sold out.")] * 2
        activities.script["advance_order"] = [cancel]
        order = await Order.start(client, activities)
        started.set()
        assert (await order.handle.result()).status is OrderStatus.REJECTED
        assert activities.statuses == ["rejected"]

    @HOWS
    async def test_that_cooks_undoes_all_of_it(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        """The kitchen's word that it is done is written down first: what is cooked is paid."""
        order = await Order.preparing(client, activities)
        gate = Gate()
        activities.script["consume_stock"] = [LOCAL_TRY, gate]
        await order.handle.start_update(
            OrderWorkflow.mark_ready, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await gate.reached()
        await order.cancel(how, by=Actor.SUPPORT, late=True)
        gate.open()
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.undos == REFUND
        assert activities.last("settle_payment").payer == PLATFORM

    async def test_that_divides_the_money_comes_too_late(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.picked_up(client, activities)
        gate = Gate()
        activities.script["settle_payment"] = [gate]
        ending = asyncio.create_task(order.delivery_ends(DeliveryCode.DELIVERED))
        await gate.reached()
        late = CancelOrder(by=Actor.SUPPORT, late=True, mandate=a_mandate())
        assert await order.refuses(OrderWorkflow.cancel, late) == "TooLateToCancel"
        await order.cancel("engine")
        gate.open()
        assert (await ending).status is OrderStatus.DELIVERED
        assert activities.undos == []


class TestDuringAWait:
    @HOWS
    async def test_for_the_customers_bank_voids(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        activities.answers = [PaymentStatus.REQUIRES_ACTION]
        order = await Order.start(client, activities)
        await order.until(OrderStatus.PAYMENT_ACTION_REQUIRED)
        await order.cancel(how)
        assert (await order.handle.result()).status is OrderStatus.CANCELLED
        assert activities.undos == VOID

    @HOWS
    async def test_for_the_kitchens_answer_voids(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.confirmed(client, activities)
        await order.cancel(how)
        assert (await order.handle.result()).status is OrderStatus.CANCELLED
        assert activities.undos == VOID

    @HOWS
    async def test_for_the_kitchen_to_begin_refunds(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.accepted(client, activities)
        await order.cancel(how)
        outcome = await order.handle.result()
        assert outcome.refund_status is RefundStatus.FULL
        assert activities.undos == REFUND

    @HOWS
    async def test_for_the_kitchen_to_be_done_calls_the_courier_off_and_refunds(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.preparing(client, activities)
        await order.cancel(how, by=Actor.SUPPORT, late=True)
        await order.handle.result()
        assert (await order.delivery.result()).code is DeliveryCode.CALLED_OFF
        assert activities.undos == REFUND
        assert "settle_payment" not in activities.names

    @HOWS
    async def test_for_a_courier_pays_the_kitchen_besides(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.ready(client, activities)
        await order.cancel(how, by=Actor.SUPPORT, late=True)
        await order.handle.result()
        assert (await order.delivery.result()).code is DeliveryCode.CALLED_OFF
        assert activities.undos == REFUND
        settled, placed = activities.last("settle_payment"), order.order
        shares = cooked(placed.quote, restaurant_id=placed.restaurant_id)
        assert (settled.payer, settled.shares) == (PLATFORM, shares)

    @HOWS
    async def test_for_the_door_pays_kitchen_and_courier_besides(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.picked_up(client, activities)
        await order.cancel(how, by=Actor.SUPPORT, late=True)
        await order.handle.result()
        assert activities.undos == REFUND
        settled, placed = activities.last("settle_payment"), order.order
        shares = carried(placed.quote, restaurant_id=placed.restaurant_id, courier_id=COURIER)
        assert (settled.payer, settled.shares) == (PLATFORM, shares)

    @pytest.mark.time_skipping
    async def test_does_not_let_the_money_wait_for_a_delivery_that_does_not_answer(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        await order.delivery.signal(FakeDelivery.become_deaf)
        await order.cancel("engine")
        assert (await order.handle.result()).refund_status is RefundStatus.FULL
        assert await order.delivery.query(FakeDelivery.heard) == ["call_off"]


class TestRaces:
    async def test_two_cancellations_have_one_effect(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        gate = Gate()
        activities.script["void_payment"] = [gate]
        cancels = [
            asyncio.create_task(
                order.handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
            )
            for _ in range(2)
        ]
        await gate.reached()
        # The engine's cancel must not interrupt an undo that is under way.
        await order.cancel("engine")
        gate.open()
        assert await asyncio.gather(*cancels) == [OrderStatus.CANCELLED] * 2
        assert activities.undos == VOID
        assert (await order.handle.result()).status is OrderStatus.CANCELLED

    @pytest.mark.parametrize("late", [False, True])
    async def test_a_rejection_that_was_quicker_wins(
        self, client: Client, activities: FakeActivities, *, late: bool
    ) -> None:
        order = await Order.confirmed(client, activities)
        gate = Gate()
        activities.script["void_payment"] = [gate]
        await order.handle.start_update(
            OrderWorkflow.reject, RejectOrder(), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await gate.reached()
        command = CancelOrder(by=Actor.SUPPORT, late=late)
        assert await order.refuses(OrderWorkflow.cancel, command) == "TooLateToCancel"
        gate.open()

    async def test_a_cancellation_that_was_quicker_wins_against_the_kitchen(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        gate = Gate()
        activities.script["void_payment"] = [gate]
        await order.cancel()
        await gate.reached()
        refusals = [
            await order.refuses(update, command)
            for update, command in (
                (OrderWorkflow.accept, AcceptOrder()),
                (OrderWorkflow.reject, RejectOrder()),
            )
        ]
        gate.open()
        assert refusals == ["IllegalTransition"] * 2

    async def test_the_kitchens_first_word_keeps_the_customer_from_cancelling(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Also while it is only being written down."""
        order = await Order.accepted(client, activities)
        gate = Gate()
        activities.script["advance_order"] = [LOCAL_TRY, gate]
        began = await order.handle.start_update(
            OrderWorkflow.start_preparing, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await gate.reached()
        command = CancelOrder(by=Actor.CUSTOMER)
        assert await order.refuses(OrderWorkflow.cancel, command) == "TooLateToCancel"
        gate.open()
        assert await began.result() is OrderStatus.PREPARING

    async def test_support_may_cancel_what_is_cooked_only_where_it_says_so(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        command = CancelOrder(by=Actor.SUPPORT)
        assert await order.refuses(OrderWorkflow.cancel, command) == "TooLateToCancel"

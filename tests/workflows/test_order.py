"""The order's saga: its path, and the exact undo of every way off it."""

import asyncio
from contextlib import suppress

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from domain.deliveries import DeliveryCode
from domain.errors import (
    CaptureFailed,
    DuplicateOrder,
    IllegalTransition,
    ItemUnavailable,
    KitchenFull,
    PaymentDeclined,
    RestaurantClosed,
)
from domain.ledger import CUSTOMER
from domain.orders import Actor, OrderStatus
from domain.payments import RefundStatus
from domain.refunds import Owed, OweMoney
from domain.settlement import delivered
from tests.support.fakes import USED_UP, Effect, FakeActivities, Gate, fine
from tests.support.under_way import COURIER, Order
from workflows.order import OrderWorkflow
from workflows.refund import workflow_id as refund_workflow_id

RELEASE = ["release_stock"]
VOID = ["void_payment", "release_stock"]
REFUND = ["refund_payment", "release_stock"]

# No step of ours is refused by the row; one that were would be a bug, and be undone all the same.
BROKEN = IllegalTransition("It can't.")


class TestHappyPath:
    async def test_goes_from_the_customer_to_the_kitchen_to_the_courier_to_the_customer(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.picked_up(client, activities)
        outcome = await order.delivery_ends(DeliveryCode.DELIVERED)
        assert activities.names == [
            "record_order",
            "reserve_stock",
            "advance_order",
            "authorize_payment",
            "advance_order",
            "deliver_notifications",
            "advance_order",
            "capture_payment",
            "record_payment",
            "advance_order",
            "consume_stock",
            "advance_order",
            "record_courier",
            "advance_order",
            "advance_order",
            "settle_payment",
        ]
        assert activities.statuses == [
            "reserved",
            "confirmed",
            "accepted",
            "preparing",
            "ready",
            "picked_up",
            "delivered",
        ]
        assert (outcome.status, outcome.message) == (OrderStatus.DELIVERED, "")

    async def test_divides_what_the_customer_paid(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.picked_up(client, activities)
        await order.delivery_ends(DeliveryCode.DELIVERED)
        settled = activities.last("settle_payment")
        shares = delivered(
            order.order.quote, restaurant_id=order.order.restaurant_id, courier_id=COURIER
        )
        assert (settled.payer, settled.shares) == (CUSTOMER, shares)
        assert settled.key == f"{order.order.order_id}:settle"

    async def test_needs_nobody_where_the_restaurant_accepts_by_itself(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.start(client, activities, auto_accept=True)
        await order.until(OrderStatus.ACCEPTED)
        assert activities.last("advance_order").actor is Actor.SYSTEM


class TestFailureOfAStep:
    """What is undone, in order, when a step fails for good."""

    @pytest.mark.parametrize(
        ("step", "effects", "status", "undone"),
        [
            ("record_order", [DuplicateOrder("Another.")], OrderStatus.REJECTED, []),
            ("reserve_stock", [ItemUnavailable("None.")], OrderStatus.REJECTED, RELEASE),
            ("reserve_stock", [RestaurantClosed("Shut.")], OrderStatus.REJECTED, RELEASE),
            ("reserve_stock", [KitchenFull("Busy.")], OrderStatus.REJECTED, RELEASE),
            ("advance_order", [BROKEN], OrderStatus.REJECTED, RELEASE),
            ("authorize_payment", [PaymentDeclined("No.")], OrderStatus.PAYMENT_FAILED, VOID),
            ("advance_order", [fine, BROKEN], OrderStatus.CANCELLED, VOID),
            ("advance_order", [fine, fine, BROKEN], OrderStatus.REJECTED, VOID),
            ("capture_payment", [CaptureFailed("No.")], OrderStatus.PAYMENT_FAILED, REFUND),
            ("record_payment", [BROKEN], OrderStatus.CANCELLED, REFUND),
        ],
    )
    async def test_undoes_exactly_what_was_begun(
        self,
        client: Client,
        activities: FakeActivities,
        step: str,
        effects: list[Effect],
        status: OrderStatus,
        undone: list[str],
    ) -> None:
        activities.script[step] = [*effects]
        order = await Order.start(client, activities, auto_accept=True)
        outcome = await order.handle.result()
        assert (outcome.status, outcome.message) == (status, str(effects[-1]))
        assert activities.undos == undone

    @pytest.mark.parametrize(
        ("step", "effects"),
        [
            ("advance_order", [BROKEN]),
            ("consume_stock", [BROKEN]),
            ("advance_order", [fine, BROKEN]),
        ],
    )
    async def test_gives_everything_back_also_while_it_is_cooked(
        self, client: Client, activities: FakeActivities, step: str, effects: list[Effect]
    ) -> None:
        order = await Order.accepted(client, activities)
        activities.script[step] = [*effects]
        for update in (OrderWorkflow.start_preparing, OrderWorkflow.mark_ready):
            with suppress(WorkflowUpdateFailedError, RPCError):
                await order.handle.execute_update(update)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.undos == REFUND

    async def test_leaves_the_row_alone_where_it_is_another_runs(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["record_order"] = [DuplicateOrder("Another run.")]
        await (await Order.start(client, activities)).handle.result()
        assert activities.done == []

    async def test_tells_the_customer_why_the_bank_declined(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("The card has expired.")]
        await (await Order.start(client, activities)).handle.result()
        cancellation = activities.last("advance_order").cancellation
        assert (cancellation.code, cancellation.reason) == (
            "payment_declined",
            "The card has expired.",
        )

    @pytest.mark.parametrize(
        "step",
        [
            "record_order",
            "reserve_stock",
            "advance_order",
            "authorize_payment",
            "deliver_notifications",
            "capture_payment",
            "record_payment",
            "consume_stock",
            "record_courier",
            "settle_payment",
        ],
    )
    async def test_goes_on_after_weather(
        self, client: Client, activities: FakeActivities, step: str
    ) -> None:
        activities.script[step] = [OSError("Connection reset."), OSError("Again.")]
        order = await Order.picked_up(client, activities)
        outcome = await order.delivery_ends(DeliveryCode.DELIVERED)
        assert outcome.status is OrderStatus.DELIVERED
        assert activities.undos == []

    async def test_ends_without_charge_when_the_payment_service_stays_away(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [USED_UP]
        outcome = await (await Order.start(client, activities)).handle.result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.last("advance_order").cancellation.code == "payment_unavailable"
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_goes_on_where_nobody_could_be_told(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["deliver_notifications"] = [USED_UP]
        order = await Order.start(client, activities)
        async with asyncio.timeout(20):
            outcome = await order.handle.result()
        assert outcome.message == "The restaurant did not answer in time."


class TestUndo:
    @pytest.mark.parametrize("undo", ["release_stock", "void_payment"])
    async def test_is_tried_again_until_it_works(
        self, client: Client, activities: FakeActivities, undo: str
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("No.")]
        activities.script[undo] = [OSError("Away."), OSError("Still away.")]
        await (await Order.start(client, activities)).handle.result()
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_hands_a_void_that_keeps_failing_to_a_refund_workflow(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("No.")]
        activities.script["void_payment"] = [USED_UP]
        outcome = await (await Order.start(client, activities)).handle.result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.undos == VOID

    async def test_ends_the_order_also_when_somebody_terminates_its_refund(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        await order.cancel()
        await gate.reached()
        await client.get_workflow_handle(refund_of(order)).terminate()
        outcome = await order.handle.result()
        gate.open()
        assert (outcome.status, outcome.refund_status) == (
            OrderStatus.CANCELLED,
            RefundStatus.PENDING,
        )

    @pytest.mark.time_skipping
    async def test_ends_the_order_while_its_refund_goes_on(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        activities.script["refund_payment"] = [USED_UP] * 200
        await order.cancel()
        outcome = await order.handle.result()
        assert outcome.refund_status is RefundStatus.PENDING
        assert activities.undos == ["release_stock"]
        ended = activities.last("advance_order")
        assert (ended.payment, ended.refund_handed_on) == (None, True)


def refund_of(order: Order) -> str:
    owed = OweMoney(
        order_id=order.order.order_id,
        customer_id=order.order.customer_id,
        restaurant_id=order.order.restaurant_id,
        amount=order.order.quote.total,
        owed=Owed.CAPTURED,
        authorizations=[],
    )
    return refund_workflow_id(owed)

"""Support cancels an order, and the customer still pays a part of it."""

from typing import Any

import pytest
from temporalio.client import Client

from domain.ledger import CUSTOMER
from domain.money import Money
from domain.orders import Actor, OrderStatus
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import CancelOrder
from domain.settlement import carried, cooked
from tests.support.builders import a_mandate, usd
from tests.support.fakes import FakeActivities, Gate
from tests.support.under_way import COURIER, Order
from workflows.order import OrderWorkflow


def with_a_fee(fee: Money | None, **given: Any) -> CancelOrder:
    mandate = given.pop("mandate", a_mandate())
    return CancelOrder(by=Actor.SUPPORT, late=True, keep=fee, mandate=mandate, **given)


async def cancelled(order: Order, fee: Money) -> None:
    await order.handle.execute_update(OrderWorkflow.cancel, with_a_fee(fee))


class TestFee:
    async def test_is_not_given_back_and_stands_on_the_orders_row(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        await cancelled(order, usd(500))
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert outcome.refund_status is RefundStatus.PARTIAL
        assert outcome.message == "The support cancelled the order; 5.00 USD of it are charged."
        assert activities.last("refund_payment").keep == usd(500)
        assert activities.last("advance_order").cancellation.kept == usd(500)
        payment = activities.last("record_payment").payment
        assert (payment.status, payment.refunded) == (
            PaymentStatus.PARTIALLY_REFUNDED,
            usd(1_800),
        )
        assert "The customer pays 5.00 USD." in await order.page()

    async def test_is_the_platforms_where_nobody_worked(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        await cancelled(order, usd(500))
        await order.handle.result()
        settled = activities.last("settle_payment")
        assert (settled.payer, settled.shares) == (CUSTOMER, [])

    async def test_pays_the_kitchen_that_has_cooked(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.ready(client, activities)
        await order.until(OrderStatus.READY)
        await cancelled(order, usd(500))
        await order.handle.result()
        placed = order.order
        settled = activities.last("settle_payment")
        assert settled.payer == CUSTOMER
        assert settled.shares == cooked(placed.quote, restaurant_id=placed.restaurant_id)

    async def test_pays_the_courier_who_carried_it_besides(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.picked_up(client, activities)
        await cancelled(order, usd(2_000))
        await order.handle.result()
        placed = order.order
        settled = activities.last("settle_payment")
        assert settled.payer == CUSTOMER
        assert settled.shares == carried(
            placed.quote, restaurant_id=placed.restaurant_id, courier_id=COURIER
        )

    async def test_can_be_asked_for_again_but_not_changed(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        order = await Order.preparing(client, activities)
        await order.cancel(by=Actor.SUPPORT, late=True, keep=usd(500))
        await gate.reached()
        refusal = await order.refusal(OrderWorkflow.cancel, with_a_fee(usd(600)))
        assert refusal.type == "FeeRefused"
        assert refusal.message == (
            "The order is being cancelled already, and 5.00 USD are kept of its money."
        )
        await order.cancel(by=Actor.SUPPORT, late=True, keep=usd(500))
        gate.open()
        assert (await order.handle.result()).refund_status is RefundStatus.PARTIAL


class TestRefusal:
    @pytest.mark.parametrize("fee", [usd(0), usd(-1), usd(2_300), usd(9_999), Money(500, "EUR")])
    async def test_of_a_fee_that_is_none_or_too_much(
        self, client: Client, activities: FakeActivities, fee: Money
    ) -> None:
        order = await Order.accepted(client, activities)
        refusal = await order.refusal(OrderWorkflow.cancel, with_a_fee(fee))
        assert refusal.type == "FeeRefused"
        assert refusal.message == (
            "A fee is above nothing, and below the 23.00 USD that the customer paid."
        )
        assert activities.statuses[-1] == "accepted"

    async def test_of_a_fee_that_eats_up_what_is_promised_to_go_back(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        command = with_a_fee(usd(1_300), left=usd(1_300))
        refusal = await order.refusal(OrderWorkflow.cancel, command)
        assert (refusal.type, refusal.message) == (
            "FeeRefused",
            "A fee is below the 13.00 USD that is neither given back nor promised.",
        )

    async def test_of_a_fee_before_anything_was_taken(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        refusal = await order.refusal(OrderWorkflow.cancel, with_a_fee(usd(500)))
        assert refusal.message == (
            "Nothing was taken yet, so nothing can be kept: cancel without a fee."
        )

    @pytest.mark.parametrize(
        ("mandate", "error"),
        [
            (None, "RightMissing"),
            (a_mandate(limit=usd(1_799)), "ApprovalNeeded"),
        ],
    )
    async def test_without_a_mandate_for_what_goes_back(
        self, client: Client, activities: FakeActivities, mandate: Any, error: str
    ) -> None:
        order = await Order.accepted(client, activities)
        command = with_a_fee(usd(500), mandate=mandate)
        assert await order.refuses(OrderWorkflow.cancel, command) == error

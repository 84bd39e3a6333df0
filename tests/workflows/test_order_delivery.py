"""The order and its delivery: what it starts, hears and does about each way it ends."""

import pytest
from temporalio.client import Client

from domain.deliveries import DeliverOrder, DeliveryCode, DeliveryState
from domain.ledger import PLATFORM
from domain.orders import Actor, OrderStatus
from domain.payments import RefundStatus
from domain.settlement import carried, cooked
from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import FakeActivities
from tests.support.polling import seen
from tests.support.under_way import COURIER, Order
from workflows.order import OrderWorkflow

REFUND = ["refund_payment", "release_stock"]


class TestHandover:
    async def test_seeks_a_courier_as_soon_as_the_kitchen_cooks(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        started = await order.delivery.describe()
        [errand] = await client.data_converter.decode(
            (await order.delivery.fetch_history())
            .events[0]
            .workflow_execution_started_event_attributes.input.payloads,
            [DeliverOrder],
        )
        assert started.parent_id == order.handle.id
        assert (errand.pickup, errand.fee) == (order.order.pickup, order.order.quote.delivery_fee)
        assert errand.ready_by == activities.commands("advance_order")[2].ready_by

    async def test_tells_the_delivery_when_the_food_is_ready(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.ready(client, activities)
        await seen(lambda: order.delivery.query(FakeDelivery.heard), bool)
        assert await order.delivery.query(FakeDelivery.heard) == ["food_ready"]
        assert activities.names[-2:] == ["consume_stock", "advance_order"]

    async def test_writes_down_who_carries_it_each_time(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
        await order.courier_moves(DeliveryState.OFFERED, None)
        await order.handle.execute_update(OrderWorkflow.mark_ready)
        await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
        moves = activities.commands("record_courier")
        assert [move.courier_id for move in moves] == [COURIER, None, COURIER]
        assert len({move.key for move in moves}) == 3


class TestAnEndWithoutFood:
    @pytest.mark.parametrize(
        ("code", "by"),
        [
            (DeliveryCode.NO_COURIER, Actor.SYSTEM),
            (DeliveryCode.COURIER_LOST, Actor.SYSTEM),
            (DeliveryCode.DELIVERY_FAILED, Actor.COURIER),
        ],
    )
    async def test_gives_the_customer_everything_back_and_says_why(
        self, client: Client, activities: FakeActivities, code: DeliveryCode, by: Actor
    ) -> None:
        order = await Order.ready(client, activities)
        outcome = await order.delivery_ends(code)
        assert (outcome.status, outcome.refund_status) == (
            OrderStatus.CANCELLED,
            RefundStatus.FULL,
        )
        cancellation = activities.last("advance_order").cancellation
        assert (cancellation.by, cancellation.code) == (by, code.value)
        assert activities.undos == REFUND

    async def test_pays_the_kitchen_where_nobody_fetched_the_food(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.ready(client, activities)
        await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
        await order.delivery_ends(DeliveryCode.NO_COURIER)
        settled, placed = activities.last("settle_payment"), order.order
        shares = cooked(placed.quote, restaurant_id=placed.restaurant_id)
        assert (settled.payer, settled.shares) == (PLATFORM, shares)

    @pytest.mark.parametrize("code", [DeliveryCode.COURIER_LOST, DeliveryCode.DELIVERY_FAILED])
    async def test_pays_kitchen_and_courier_where_the_food_was_fetched(
        self, client: Client, activities: FakeActivities, code: DeliveryCode
    ) -> None:
        order = await Order.picked_up(client, activities)
        await order.delivery_ends(code)
        settled, placed = activities.last("settle_payment"), order.order
        shares = carried(placed.quote, restaurant_id=placed.restaurant_id, courier_id=COURIER)
        assert (settled.payer, settled.shares) == (PLATFORM, shares)

    async def test_pays_no_kitchen_that_was_not_done(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        outcome = await order.delivery_ends(DeliveryCode.NO_COURIER)
        assert outcome.status is OrderStatus.CANCELLED
        assert "settle_payment" not in activities.names
        assert activities.undos == REFUND

    @pytest.mark.parametrize("how", ["terminated", "called off", "cancelled"])
    async def test_is_that_also_when_somebody_ends_the_delivery_in_the_engine(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        order = await Order.picked_up(client, activities)
        if how == "terminated":
            await order.delivery.terminate()
        elif how == "cancelled":
            await order.delivery.cancel()
        else:
            await order.delivery.signal(FakeDelivery.call_off)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.last("advance_order").cancellation.code == "not_delivered"
        assert activities.undos == REFUND

    @pytest.mark.time_skipping
    async def test_comes_also_where_the_delivery_never_ends(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.ready(client, activities)
        outcome = await order.handle.result()
        assert activities.last("advance_order").cancellation.code == "not_delivered"
        assert outcome.refund_status is RefundStatus.FULL

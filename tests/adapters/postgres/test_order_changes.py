"""What is written about an order without moving its status: its money, delays and courier."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import OrderNotFound
from domain.events.orders import OrderEventType
from domain.orders import OrderStatus, step_key
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import RecordCourier, RecordDelay
from tests.support.builders import a_payment
from tests.support.ordering import (
    a_move,
    a_payment_of,
    a_recorded_order,
    events_of,
    told,
)

TAKEN = a_payment(PaymentStatus.CAPTURED, captured=2_300, version=2)
DUE = replace(TAKEN, refund_status=RefundStatus.DUE, version=3)
BACK = a_payment(
    PaymentStatus.REFUNDED,
    captured=2_300,
    refunded=2_300,
    refund_status=RefundStatus.FULL,
    version=4,
)


def a_courier_of(order_id: UUID, number: int, courier_id: UUID | None) -> RecordCourier:
    key = step_key(order_id, f"courier:{number}")
    return RecordCourier(order_id=order_id, key=key, courier_id=courier_id)


class TestRecordPayment:
    async def test_writes_what_became_of_the_money_of_an_ended_order(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        await orders.record_payment(a_payment_of(placed.order_id, "captured", TAKEN))
        await orders.advance(a_move(placed.order_id, OrderStatus.CANCELLED, refund_handed_on=True))
        await orders.record_payment(a_payment_of(placed.order_id, "due", DUE))
        await orders.record_payment(a_payment_of(placed.order_id, "full", BACK))
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.status, order.payment) == (OrderStatus.CANCELLED, BACK)
        assert await told(orders, placed.order_id) == ["order_placed", "order_cancelled"]

    async def test_never_replaces_a_newer_payment(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        for number, payment in enumerate((DUE, BACK, DUE, TAKEN, BACK)):
            await orders.record_payment(a_payment_of(placed.order_id, f"{number}", payment))
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.payment, order.version) == (BACK, 3)

    async def test_is_written_once_when_tried_by_many_at_once(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        command = a_payment_of(placed.order_id, "due", DUE)
        await asyncio.gather(*(orders.record_payment(command) for _ in range(10)))
        types = [each.type for each in await events_of(ordering, placed.order_id)]
        assert types == [OrderEventType.PLACED, OrderEventType.PAYMENT_CHANGED]

    async def test_knows_no_order_that_was_not_recorded(self, orders: OrderRepository) -> None:
        with pytest.raises(OrderNotFound):
            await orders.record_payment(a_payment_of(uuid4(), "due", DUE))


class TestRecordDelay:
    async def test_leaves_the_promise_alone_where_there_is_none_yet(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        key = step_key(placed.order_id, "delay:1")
        delay = RecordDelay(order_id=placed.order_id, key=key, minutes=5, ready_by=None)
        await orders.record_delay(delay)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.ready_by, order.eta) == (None, None)
        said = (await orders.timeline(placed.order_id))[-1]
        assert said.detail == "The restaurant needs 5 minutes more to answer."
        event = (await events_of(ordering, placed.order_id))[-1]
        assert (event.type, event.order.ready_by) == (OrderEventType.DELAYED, None)

    async def test_gives_the_kitchen_longer_to_answer_from_when_it_was_asked(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        before = datetime.now(UTC)
        for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED):
            await orders.advance(a_move(placed.order_id, status))
        asked = await orders.find(placed.order_id)
        key = step_key(placed.order_id, "delay:1")
        delay = RecordDelay(order_id=placed.order_id, key=key, minutes=5, ready_by=None)
        await orders.record_delay(delay)
        later = await orders.find(placed.order_id)
        assert asked is not None
        assert later is not None
        assert asked.answer_by is not None
        usual = timedelta(minutes=placed.acceptance_minutes)
        assert before + usual <= asked.answer_by <= datetime.now(UTC) + usual
        assert later.answer_by == asked.answer_by + timedelta(minutes=5)


class TestRecordCourier:
    async def test_says_who_carries_it_until_they_give_it_back(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed, courier_id = await a_recorded_order(orders, writings), uuid4()
        for number, carrier in enumerate((courier_id, None), start=1):
            await orders.record_courier(a_courier_of(placed.order_id, number, carrier))
            order = await orders.find(placed.order_id)
            assert order is not None
            assert order.courier_id == carrier
        [_, assigned, released] = await events_of(ordering, placed.order_id)
        assert (assigned.type, assigned.order.courier_id, assigned.courier_id) == (
            OrderEventType.COURIER_ASSIGNED,
            courier_id,
            None,
        )
        assert (released.type, released.order.courier_id, released.courier_id) == (
            OrderEventType.COURIER_RELEASED,
            None,
            courier_id,
        )

    async def test_leaves_it_to_the_delivery_to_tell_of_couriers(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        await orders.record_courier(a_courier_of(placed.order_id, 1, uuid4()))
        assert await told(orders, placed.order_id) == ["order_placed"]

    async def test_is_not_undone_by_a_try_that_comes_too_late(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed, first, second = await a_recorded_order(orders, writings), uuid4(), uuid4()
        steps = [
            a_courier_of(placed.order_id, number, carrier)
            for number, carrier in enumerate((first, None, second), start=1)
        ]
        for step in [*steps, *steps]:
            await orders.record_courier(step)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.courier_id, order.version) == (second, 4)

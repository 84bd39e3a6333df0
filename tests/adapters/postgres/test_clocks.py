"""Since when orders have had their status, on a real database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.clocks import Clock
from domain.orders import OrderStatus, step_key
from domain.progress import RecordCourier, RecordDelay
from tests.support.ordering import a_move, a_recorded_order

_WAY = (
    OrderStatus.RESERVED,
    OrderStatus.PAYMENT_ACTION_REQUIRED,
    OrderStatus.CONFIRMED,
    OrderStatus.ACCEPTED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.PICKED_UP,
)


@pytest.fixture
def clocks(ordering: Database) -> ClockRepository:
    return ClockRepository(ordering)


async def only(clocks: ClockRepository, kitchen: UUID) -> Clock:
    [clock] = await clocks.under_way(restaurant_id=kitchen, limit=9)
    return clock


class TestUnderWay:
    async def test_counts_from_when_the_order_took_its_status(
        self, clocks: ClockRepository, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        first = await only(clocks, placed.restaurant_id)
        [entry] = await orders.timeline(placed.order_id)
        assert (first.status, first.since) == (OrderStatus.PLACED, entry.at)
        for status in _WAY:
            await orders.advance(a_move(placed.order_id, status))
            [*_, entry] = await orders.timeline(placed.order_id)
            await _something_else_happens(orders, placed.order_id, after=status)
            clock = await only(clocks, placed.restaurant_id)
            assert (clock.order_id, clock.status) == (placed.order_id, status)
            assert clock.since == entry.at
            assert clock.has_courier

    async def test_has_the_oldest_first_and_no_more_than_asked_for(
        self, clocks: ClockRepository, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        kitchen, noon = uuid4(), datetime(2026, 6, 1, 12, tzinfo=UTC)
        placed = [
            await a_recorded_order(
                orders,
                writings,
                restaurant_id=kitchen,
                placed_at=noon + timedelta(minutes=minute),
            )
            for minute in (2, 0, 1)
        ]
        found = await clocks.under_way(restaurant_id=kitchen, limit=2)
        assert [clock.order_id for clock in found] == [placed[1].order_id, placed[2].order_id]

    async def test_is_over_with_the_order_and_of_the_restaurant_alone(
        self, clocks: ClockRepository, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        kitchen = uuid4()
        ended = await a_recorded_order(orders, writings, restaurant_id=kitchen)
        await orders.advance(a_move(ended.order_id, OrderStatus.CANCELLED))
        other = await a_recorded_order(orders, writings)
        assert await clocks.under_way(restaurant_id=kitchen, limit=9) == []
        assert (await only(clocks, other.restaurant_id)).order_id == other.order_id


async def _something_else_happens(
    orders: OrderRepository, order_id: UUID, *, after: OrderStatus
) -> None:
    """Which is in the timeline or changes the row, and leaves the status as it is."""
    late = RecordDelay(
        order_id=order_id, key=step_key(order_id, f"late:{after}"), minutes=5, ready_by=None
    )
    await orders.record_delay(late)
    courier = RecordCourier(
        order_id=order_id, key=step_key(order_id, f"courier:{after}"), courier_id=uuid4()
    )
    await orders.record_courier(courier)

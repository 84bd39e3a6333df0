"""Every version of a reservation has one event, which says what it took, and what is left."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from adapters.kafka.topics import RESTAURANTS, STOCK
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from adapters.telemetry import correlated
from domain.errors import ItemUnavailable, StepUndone
from domain.events.restaurants import RestaurantEventType
from domain.events.stock import StockEvent, StockEventType
from domain.stock import (
    ConsumeStock,
    ReleaseStock,
    ReservationState,
    ReserveStock,
    WithdrawItems,
)
from tests.support.event_counts import miscounted, written
from tests.support.kitchens import Kitchen, a_kitchen, stock_of
from tests.support.statements import statements


@pytest.fixture
def told(catalog: Database) -> "Told":
    return Told(catalog)


class Told:
    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    async def of(self, order: ReserveStock) -> list[StockEvent]:
        """Its events, which are numbered without a gap."""
        assert await miscounted(self._catalog, STOCK, {order.order_id}) == {}
        return await written(self._catalog, STOCK, order.order_id)


def types(events: Sequence[StockEvent]) -> list[StockEventType]:
    return [event.type for event in events]


def lines(event: StockEvent) -> list[tuple[str, int, int | None]]:
    return [(line.name, line.quantity, line.left) for line in event.lines]


def withdrawal(kitchen: Kitchen, order_id: UUID) -> WithdrawItems:
    """Of all dishes of the kitchen."""
    return WithdrawItems(
        order_id=order_id,
        restaurant_id=kitchen.restaurant.restaurant_id,
        menu_item_ids=[dish.menu_item_id for dish in kitchen.dishes],
    )


class TestStockEvents:
    async def test_tell_what_was_taken_and_put_back_once(
        self, stock: StockRepository, restaurants: RestaurantRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, None])
        order = kitchen.reserve(2, 3)
        for _ in range(2):
            await stock.reserve(order)
        for _ in range(2):
            await stock.release(ReleaseStock(order_id=order.order_id))

        [reserved, released] = await told.of(order)

        assert (reserved.type, released.type) == (StockEventType.RESERVED, StockEventType.RELEASED)
        assert lines(reserved) == [("Dish 1", 2, 3), ("Dish 2", 3, None)]
        assert lines(released) == [("Dish 1", 2, 5)]
        assert (reserved.state, released.state) == (
            ReservationState.HELD,
            ReservationState.RELEASED,
        )
        assert {reserved.restaurant_id, released.restaurant_id} == {order.restaurant_id}
        assert reserved.occurred_at < released.occurred_at

    async def test_tell_that_an_order_was_cooked_once(
        self, stock: StockRepository, restaurants: RestaurantRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        order = kitchen.reserve(2)
        await stock.reserve(order)
        for _ in range(2):
            await stock.consume(ConsumeStock(order_id=order.order_id))
        await stock.release(ReleaseStock(order_id=order.order_id))

        events = await told.of(order)

        assert types(events) == [StockEventType.RESERVED, StockEventType.CONSUMED]
        assert (events[-1].state, events[-1].lines) == (ReservationState.CONSUMED, ())

    async def test_tell_of_a_release_that_came_first_and_of_no_reservation_after_it(
        self, stock: StockRepository, restaurants: RestaurantRepository, told: Told
    ) -> None:
        order = (await a_kitchen(restaurants, stock=[5])).reserve(1)
        for _ in range(2):
            await stock.release(ReleaseStock(order_id=order.order_id))
        with pytest.raises(StepUndone):
            await stock.reserve(order)

        [released] = await told.of(order)

        assert (released.type, released.restaurant_id) == (StockEventType.RELEASED, None)
        assert (released.state, released.lines) == (ReservationState.RELEASED, ())

    async def test_are_none_where_a_reservation_is_refused(
        self, stock: StockRepository, restaurants: RestaurantRepository, told: Told
    ) -> None:
        order = (await a_kitchen(restaurants, stock=[1])).reserve(2)
        with pytest.raises(ItemUnavailable):
            await stock.reserve(order)

        assert await told.of(order) == []

    async def test_count_down_when_orders_come_at_once(
        self,
        stock: StockRepository,
        restaurants: RestaurantRepository,
        catalog: Database,
        told: Told,
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[6])
        orders = [kitchen.reserve(1) for _ in range(6)]
        with correlated("rush-hour"):
            await asyncio.gather(*map(stock.reserve, orders))

        reserved = [event for order in orders for event in await told.of(order)]

        assert types(reserved) == [StockEventType.RESERVED] * 6
        assert sorted(line.left or 0 for event in reserved for line in event.lines) == [*range(6)]
        assert {event.correlation_id for event in reserved} == {"rush-hour"}
        # What orders take is told of the orders, and not of the restaurant.
        restaurant_id = kitchen.restaurant.restaurant_id
        about = [event.type for event in await written(catalog, RESTAURANTS, restaurant_id)]
        assert about == [RestaurantEventType.OPENED, RestaurantEventType.ITEM_ADDED]

    async def test_cost_a_reservation_one_statement(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, 5, None])
        with statements() as sent:
            await stock.reserve(kitchen.reserve(1, 1, 1))

        # Reservation, slot, dishes (read and locked), lines, stock; and the event.
        assert len(sent) == 6
        assert "catalog.outbox" in sent[-1][0]


class TestItemsWithdrawn:
    async def test_is_told_once_with_the_dishes_that_are_off_the_menu_by_it(
        self,
        stock: StockRepository,
        restaurants: RestaurantRepository,
        catalog: Database,
        told: Told,
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, None, 4])
        await restaurants.update_item(replace(kitchen.dishes[2], available=False), restock=False)
        order = kitchen.reserve(2, 1)
        await stock.reserve(order)
        for _ in range(2):
            await stock.withdraw(withdrawal(kitchen, order.order_id))
        await stock.release(ReleaseStock(order_id=order.order_id))

        [_, withdrawn, released] = await told.of(order)

        assert (withdrawn.type, withdrawn.state) == (
            StockEventType.ITEMS_WITHDRAWN,
            ReservationState.HELD,
        )
        assert sorted(lines(withdrawn)) == [("Dish 1", 2, 3), ("Dish 2", 0, None), ("Dish 3", 0, 4)]
        assert released.lines == ()
        events = await written(catalog, RESTAURANTS, kitchen.restaurant.restaurant_id)
        changed = [e.item for e in events if e.type is RestaurantEventType.ITEM_CHANGED]
        # The third was off the menu before: the staff had done that.
        assert sorted((item.name, item.available) for item in changed[1:] if item) == [
            ("Dish 1", False),
            ("Dish 2", False),
        ]
        assert await miscounted(catalog, RESTAURANTS, {order.restaurant_id}) == {}

    async def test_gives_up_nothing_of_an_order_that_holds_nothing(
        self, stock: StockRepository, restaurants: RestaurantRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        order = kitchen.reserve(2)
        await stock.reserve(order)
        await stock.release(ReleaseStock(order_id=order.order_id))
        await stock.withdraw(withdrawal(kitchen, order.order_id))

        withdrawn = (await told.of(order))[-1]

        assert (withdrawn.type, lines(withdrawn)) == (
            StockEventType.ITEMS_WITHDRAWN,
            [("Dish 1", 0, 5)],
        )
        assert await stock_of(restaurants, kitchen) == [5]

    async def test_is_not_told_of_an_order_that_never_held_anything(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen, order_id = await a_kitchen(restaurants, stock=[5]), uuid4()
        await stock.withdraw(withdrawal(kitchen, order_id))

        assert await written(catalog, STOCK, order_id) == []

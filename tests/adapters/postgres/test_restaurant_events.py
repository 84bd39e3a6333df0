"""Every change of a restaurant or its menu has one event of the restaurant."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import pytest

from adapters.kafka.topics import RESTAURANTS
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from domain.errors import CurrencyMismatch, MenuItemNotFound
from domain.events.restaurants import HoursTold, RestaurantEvent, RestaurantEventType, SpanTold
from domain.money import Money
from domain.restaurants import OpeningHours
from domain.stock import WithdrawItems
from tests.support.event_counts import miscounted, written
from tests.support.kitchens import Kitchen, a_dish, a_kitchen, a_restaurant

HOURS = OpeningHours(
    timezone="Africa/Addis_Ababa",
    weekly={"mon": [("08:00", "14:00"), ("18:00", "02:00")], "sun": [("10:00", "14:00")]},
    closed_on=["2027-01-07"],
)


@pytest.fixture
def told(catalog: Database) -> "Told":
    return Told(catalog)


class Told:
    def __init__(self, catalog: Database) -> None:
        self._catalog = catalog

    async def of(self, restaurant_id: UUID) -> list[RestaurantEvent]:
        """Its events, which are numbered without a gap."""
        assert await miscounted(self._catalog, RESTAURANTS, {restaurant_id}) == {}
        return await written(self._catalog, RESTAURANTS, restaurant_id)


def types(events: Sequence[RestaurantEvent]) -> list[RestaurantEventType]:
    return [event.type for event in events]


def said_alike(told: Any, thing: Any, *, apart_from: str = "") -> bool:
    names = (field.name for field in fields(told) if field.name != apart_from)
    return all(getattr(told, name) == getattr(thing, name) for name in names)


class TestRestaurantEvents:
    async def test_say_what_the_row_says(
        self, restaurants: RestaurantRepository, told: Told
    ) -> None:
        restaurant = a_restaurant(opening_hours=HOURS, kitchen_slots=4)
        await restaurants.add(restaurant)
        changed = await restaurants.update(replace(restaurant, cuisine=None, opening_hours=None))
        assert changed is not None

        [opened, change] = await told.of(restaurant.restaurant_id)

        assert types([opened, change]) == [RestaurantEventType.OPENED, RestaurantEventType.CHANGED]
        assert said_alike(opened.restaurant, restaurant, apart_from="opening_hours")
        assert opened.restaurant.opening_hours == HoursTold(
            timezone="Africa/Addis_Ababa",
            weekly=(
                SpanTold(weekday="mon", opens="08:00", closes="14:00"),
                SpanTold(weekday="mon", opens="18:00", closes="02:00"),
                SpanTold(weekday="sun", opens="10:00", closes="14:00"),
            ),
            closed_on=("2027-01-07",),
        )
        assert said_alike(change.restaurant, changed)
        assert opened.occurred_at < change.occurred_at

    async def test_tell_of_a_pause_once_however_often_it_is_asked_for(
        self, restaurants: RestaurantRepository, told: Told
    ) -> None:
        restaurant = a_restaurant()
        await restaurants.add(restaurant)
        for paused in (True, True, False, False):
            await restaurants.set_paused(restaurant.restaurant_id, paused=paused)

        [_, paused_, resumed] = await told.of(restaurant.restaurant_id)

        assert (paused_.type, paused_.restaurant.paused) == (RestaurantEventType.PAUSED, True)
        assert (resumed.type, resumed.restaurant.paused) == (RestaurantEventType.RESUMED, False)

    async def test_tell_what_becomes_of_a_dish(
        self, restaurants: RestaurantRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        [dish] = kitchen.dishes
        renamed = await restaurants.update_item(replace(dish, name="Pizza"), restock=False)
        assert renamed is not None
        await restaurants.remove_item(dish.restaurant_id, dish.menu_item_id)

        events = await told.of(dish.restaurant_id)

        assert types(events) == [
            RestaurantEventType.OPENED,
            RestaurantEventType.ITEM_ADDED,
            RestaurantEventType.ITEM_CHANGED,
            RestaurantEventType.ITEM_REMOVED,
        ]
        for event, expected in zip(events[1:], (dish, renamed, renamed), strict=True):
            assert said_alike(event.item, expected)

    async def test_are_none_where_nothing_was_changed(
        self, restaurants: RestaurantRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        [dish] = kitchen.dishes
        assert await restaurants.update(replace(kitchen.restaurant, version=7)) is None
        assert await restaurants.update_item(replace(dish, version=7), restock=True) is None
        with pytest.raises(CurrencyMismatch):
            await restaurants.add_item(a_dish(dish.restaurant_id, price=Money(1, "EUR")))
        with pytest.raises(MenuItemNotFound):
            await restaurants.remove_item(dish.restaurant_id, kitchen.restaurant.restaurant_id)

        assert len(await told.of(dish.restaurant_id)) == 2

    async def test_change_nothing_of_what_tells_readers_that_their_copy_is_old(
        self, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        found = await restaurants.find(kitchen.restaurant.restaurant_id)
        assert found is not None
        assert found.version == kitchen.restaurant.version == 1

    async def test_are_numbered_without_a_gap_when_staff_and_orders_change_a_menu_at_once(
        self, restaurants: RestaurantRepository, stock: StockRepository, told: Told
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[9, 9, 9, 9])
        orders = [kitchen.reserve(1, 1), kitchen.reserve(0, 0, 1, 1)]
        for order in orders:
            await stock.reserve(order)
        restaurant_id = kitchen.restaurant.restaurant_id
        await asyncio.gather(
            *(stock.withdraw(_withdrawal(kitchen, order.order_id)) for order in orders),
            *(restaurants.add_item(a_dish(restaurant_id)) for _ in range(4)),
            *(restaurants.set_paused(restaurant_id, paused=True) for _ in range(2)),
        )

        changed = types(await told.of(restaurant_id))[5:]

        assert sorted(changed) == sorted(
            [RestaurantEventType.ITEM_CHANGED] * 4
            + [RestaurantEventType.ITEM_ADDED] * 4
            + [RestaurantEventType.PAUSED]
        )


def _withdrawal(kitchen: Kitchen, order_id: UUID) -> WithdrawItems:
    return WithdrawItems(
        order_id=order_id,
        restaurant_id=kitchen.restaurant.restaurant_id,
        menu_item_ids=[dish.menu_item_id for dish in kitchen.dishes],
    )

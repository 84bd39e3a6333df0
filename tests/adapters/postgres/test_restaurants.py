from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.postgres.catalog.restaurants import RestaurantRepository
from domain.errors import CurrencyMismatch, MenuItemNotFound, RestaurantNotFound
from domain.money import Money
from domain.restaurants import OpeningHours
from tests.support.kitchens import a_dish, a_kitchen, a_restaurant


class TestRestaurants:
    async def test_come_back_as_they_were_added(self, restaurants: RestaurantRepository) -> None:
        hours = OpeningHours(
            timezone="Africa/Addis_Ababa",
            weekly={"mon": [("08:00", "22:00")]},
            closed_on=["2027-01-07"],
        )
        restaurant = a_restaurant(opening_hours=hours, kitchen_slots=4)
        await restaurants.add(restaurant)
        assert await restaurants.find(restaurant.restaurant_id) == restaurant

    async def test_are_none_where_there_is_none(self, restaurants: RestaurantRepository) -> None:
        assert await restaurants.find(uuid4()) is None

    async def test_are_changed_by_the_one_who_read_them_last(
        self, restaurants: RestaurantRepository
    ) -> None:
        read = a_restaurant()
        await restaurants.add(read)
        changed = await restaurants.update(replace(read, cuisine="Pizza"))
        assert changed == replace(read, cuisine="Pizza", version=2)
        assert await restaurants.update(replace(read, cuisine="Pasta")) is None
        assert await restaurants.find(read.restaurant_id) == changed

    async def test_pause_and_resume(self, restaurants: RestaurantRepository) -> None:
        restaurant = a_restaurant()
        await restaurants.add(restaurant)
        await restaurants.set_paused(restaurant.restaurant_id, paused=True)
        expected = replace(restaurant, paused=True, version=2)
        assert await restaurants.find(restaurant.restaurant_id) == expected
        with pytest.raises(RestaurantNotFound):
            await restaurants.set_paused(uuid4(), paused=True)


class TestMenu:
    async def test_shows_the_dishes_in_the_order_they_were_added(
        self, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3, None, 0])
        assert await restaurants.menu(kitchen.restaurant.restaurant_id) == kitchen.dishes
        ids = [dish.menu_item_id for dish in kitchen.dishes[:2]]
        chosen = await restaurants.items([*ids, uuid4()])
        assert {dish.menu_item_id for dish in chosen} == set(ids)

    async def test_has_prices_in_the_currency_of_the_restaurant_only(
        self, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants)
        dish = a_dish(kitchen.restaurant.restaurant_id, price=Money(1, "EUR"))
        with pytest.raises(CurrencyMismatch):
            await restaurants.add_item(dish)
        with pytest.raises(RestaurantNotFound):
            await restaurants.add_item(a_dish(uuid4()))

    async def test_keeps_what_orders_took_when_a_dish_is_changed(
        self, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        [read] = kitchen.dishes
        renamed = await restaurants.update_item(replace(read, name="Pizza", stock=9), restock=False)
        assert renamed == replace(read, name="Pizza", version=2)
        restocked = await restaurants.update_item(replace(renamed, stock=9), restock=True)
        assert restocked == replace(read, name="Pizza", stock=9, version=3)
        assert await restaurants.update_item(read, restock=True) is None

    async def test_loses_a_removed_dish(self, restaurants: RestaurantRepository) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        [dish] = kitchen.dishes
        await restaurants.remove_item(dish.restaurant_id, dish.menu_item_id)
        assert await restaurants.menu(dish.restaurant_id) == []
        assert await restaurants.items([dish.menu_item_id]) == []
        with pytest.raises(MenuItemNotFound):
            await restaurants.remove_item(dish.restaurant_id, dish.menu_item_id)
        assert await restaurants.update_item(dish, restock=True) is None

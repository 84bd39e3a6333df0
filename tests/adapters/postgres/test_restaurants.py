from dataclasses import replace
from math import degrees
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.engine import Database
from domain.errors import CurrencyMismatch, MenuItemNotFound, RestaurantNotFound
from domain.geography import EARTH_RADIUS_KM, Point
from domain.money import Money
from domain.restaurants import OpeningHours, Restaurant
from tests.support.kitchens import a_dish, a_kitchen, a_restaurant
from tests.support.statements import plan_of, statements

ANYWHERE = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


async def found(restaurants: RestaurantRepository, **given_: Any) -> list[Restaurant]:
    defaults = {"near": None, "radius_km": 5.0, "q": None, "after": None, "limit": 100}
    return list(await restaurants.list(**(defaults | given_)))


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


class TestList:
    async def test_goes_by_name_page_by_page(self, restaurants: RestaurantRepository) -> None:
        word = uuid4().hex
        for name in ("c", "a", "b", "b"):
            await restaurants.add(a_restaurant(name=f"{word} {name}"))
        names = []
        after = None
        while page := await found(restaurants, q=word.upper(), after=after, limit=3):
            names += [restaurant.name[-1] for restaurant in page]
            after = page[-1].restaurant_id
        assert names == ["a", "b", "b", "c"]

    async def test_takes_what_is_searched_for_literally(
        self, restaurants: RestaurantRepository
    ) -> None:
        word = uuid4().hex
        await restaurants.add(a_restaurant(cuisine=f"100% {word}"))
        assert len(await found(restaurants, q=f"100% {word}")) == 1
        assert not await found(restaurants, q=f"%{word}%")

    async def test_is_nearest_first_within_the_radius_page_by_page(
        self, restaurants: RestaurantRepository
    ) -> None:
        word, center = uuid4().hex, Point(lat=48.2, lon=16.37)
        for km in (3, 1, 9, 2, 2):
            there = Point(lat=center.lat + degrees(km / EARTH_RADIUS_KM), lon=center.lon)
            await restaurants.add(a_restaurant(name=word, at=there))
        distances = []
        after = None
        while page := await found(restaurants, near=center, q=word, after=after, limit=2):
            distances += [round(center.distance_km(one.address.point)) for one in page]
            after = page[-1].restaurant_id
        assert distances == [1, 2, 2, 3]

    @pytest.mark.parametrize(
        ("center", "there"),
        [
            (Point(lat=-17, lon=179.99), Point(lat=-17, lon=-179.99)),
            (Point(lat=-17, lon=-179.99), Point(lat=-17, lon=179.99)),
            (Point(lat=89.99, lon=0), Point(lat=89.99, lon=180)),
            (Point(lat=-90, lon=77), Point(lat=-89.99, lon=-100)),
        ],
    )
    async def test_reaches_across_the_antimeridian_and_the_poles(
        self, restaurants: RestaurantRepository, center: Point, there: Point
    ) -> None:
        word = uuid4().hex
        await restaurants.add(a_restaurant(name=word, at=there))
        assert len(await found(restaurants, near=center, q=word)) == 1

    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(center=ANYWHERE, there=ANYWHERE, slack=st.floats(-1, 1))
    async def test_finds_exactly_what_is_within_the_radius(
        self, restaurants: RestaurantRepository, center: Point, there: Point, slack: float
    ) -> None:
        word = uuid4().hex
        await restaurants.add(a_restaurant(name=word, at=there))
        distance = center.distance_km(there)
        radius_km = max(0.0, distance + slack)
        seen = await found(restaurants, near=center, radius_km=radius_km, q=word)
        assert len(seen) == (distance <= radius_km)

    async def test_finds_what_is_near_by_an_index(
        self, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        with statements() as sent:
            await found(restaurants, near=Point(lat=1, lon=2), q="pizza")
        plan = await plan_of(catalog, sent[0], off=("seqscan",))
        assert "ix_restaurants_lat_lon" in plan

    async def test_costs_two_statements_however_many_are_near(
        self, restaurants: RestaurantRepository
    ) -> None:
        word, center = uuid4().hex, Point(lat=48.2, lon=16.37)
        for _ in range(5):
            await restaurants.add(a_restaurant(name=word, at=center))
        with statements() as sent:
            assert len(await found(restaurants, near=center, q=word)) == 5
        assert len(sent) == 2


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

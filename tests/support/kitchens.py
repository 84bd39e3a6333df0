"""Restaurants in the database, with their dishes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.tables import RestaurantRow
from adapters.postgres.engine import Database
from domain.geography import Point
from domain.money import Money
from domain.restaurants import MenuItem, Restaurant, RestaurantAddress
from domain.stock import ReserveStock, StockLine


def a_restaurant(*, at: Point | None = None, **given: Any) -> Restaurant:
    defaults: dict[str, Any] = {
        "restaurant_id": uuid4(),
        "name": "Roma",
        "currency": "USD",
        "address": RestaurantAddress(
            line1="Piazza 1", city="Addis Ababa", point=at or Point(lat=9.03, lon=38.74)
        ),
        "cuisine": "Italian",
        "opening_hours": None,
        "auto_accept": False,
        "acceptance_minutes": 10,
        "preparation_minutes": 20,
        "kitchen_slots": None,
        "paused": False,
        "version": 1,
        "menu_revision": uuid4(),
    }
    return Restaurant(**(defaults | given))


def a_dish(restaurant_id: UUID, **given: Any) -> MenuItem:
    defaults: dict[str, Any] = {
        "menu_item_id": uuid4(),
        "restaurant_id": restaurant_id,
        "name": "Margherita",
        "description": "",
        "price": Money(1_000, "USD"),
        "stock": None,
        "available": True,
        "version": 1,
    }
    return MenuItem(**(defaults | given))


@dataclass(frozen=True)
class Kitchen:
    """A restaurant with a dish for each stock that was asked for."""

    restaurant: Restaurant
    dishes: list[MenuItem]

    def reserve(self, *quantities: int, order_id: UUID | None = None) -> ReserveStock:
        """`quantities` of its dishes, in their order; a zero leaves one out."""
        lines = [
            StockLine(menu_item_id=dish.menu_item_id, quantity=quantity)
            for dish, quantity in zip(self.dishes, quantities, strict=False)
            if quantity
        ]
        return ReserveStock(
            order_id=order_id or uuid4(),
            restaurant_id=self.restaurant.restaurant_id,
            lines=lines,
        )


async def a_kitchen(
    restaurants: RestaurantRepository, stock: Sequence[int | None] = (), **given: Any
) -> Kitchen:
    restaurant = a_restaurant(**given)
    await restaurants.add(restaurant)
    dishes = [
        a_dish(restaurant.restaurant_id, name=f"Dish {number}", stock=count)
        for number, count in enumerate(stock, start=1)
    ]
    for dish in dishes:
        await restaurants.add_item(dish)
    return Kitchen(restaurant, dishes)


async def stock_of(restaurants: RestaurantRepository, kitchen: Kitchen) -> list[int | None]:
    menu = await restaurants.menu(kitchen.restaurant.restaurant_id)
    return [dish.stock for dish in menu]


async def busy_slots(catalog: Database, kitchen: Kitchen) -> int:
    busy = select(RestaurantRow.kitchen_busy)
    async with catalog.transaction() as session:
        found = busy.where(RestaurantRow.id == kitchen.restaurant.restaurant_id)
        return (await session.scalars(found)).one()

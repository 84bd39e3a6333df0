"""Restaurants and dishes as rows and back."""

from typing import Any

from pydantic import TypeAdapter

from adapters.postgres.catalog.tables import MenuItemRow, RestaurantRow
from domain.events.restaurants import HoursTold, ItemTold, RestaurantTold, SpanTold
from domain.geography import Point
from domain.money import Money
from domain.restaurants import MenuItem, OpeningHours, Restaurant, RestaurantAddress

_HOURS = TypeAdapter(OpeningHours)


def restaurant_columns(restaurant: Restaurant) -> dict[str, Any]:
    hours = restaurant.opening_hours
    return {
        "name": restaurant.name,
        "currency": restaurant.currency,
        "line1": restaurant.address.line1,
        "city": restaurant.address.city,
        "lat": restaurant.address.point.lat,
        "lon": restaurant.address.point.lon,
        "cuisine": restaurant.cuisine,
        "opening_hours": None if hours is None else _HOURS.dump_python(hours, mode="json"),
        "auto_accept": restaurant.auto_accept,
        "acceptance_minutes": restaurant.acceptance_minutes,
        "preparation_minutes": restaurant.preparation_minutes,
        "kitchen_slots": restaurant.kitchen_slots,
        "paused": restaurant.paused,
    }


def restaurant_of(row: RestaurantRow) -> Restaurant:
    hours = row.opening_hours
    return Restaurant(
        restaurant_id=row.id,
        name=row.name,
        currency=row.currency,
        address=RestaurantAddress(
            line1=row.line1, city=row.city, point=Point(lat=row.lat, lon=row.lon)
        ),
        cuisine=row.cuisine,
        opening_hours=None if hours is None else _HOURS.validate_python(hours),
        auto_accept=row.auto_accept,
        acceptance_minutes=row.acceptance_minutes,
        preparation_minutes=row.preparation_minutes,
        kitchen_slots=row.kitchen_slots,
        paused=row.paused,
        version=row.version,
        menu_revision=row.menu_revision,
    )


def restaurant_told(row: RestaurantRow) -> RestaurantTold:
    """The row, as its events tell it."""
    restaurant = restaurant_of(row)
    hours = restaurant.opening_hours
    return RestaurantTold(
        name=restaurant.name,
        currency=restaurant.currency,
        address=restaurant.address,
        cuisine=restaurant.cuisine,
        opening_hours=_hours_told(hours) if hours else None,
        auto_accept=restaurant.auto_accept,
        acceptance_minutes=restaurant.acceptance_minutes,
        preparation_minutes=restaurant.preparation_minutes,
        kitchen_slots=restaurant.kitchen_slots,
        paused=restaurant.paused,
    )


def _hours_told(hours: OpeningHours) -> HoursTold:
    return HoursTold(
        timezone=hours.timezone,
        weekly=tuple(
            SpanTold(weekday=weekday, opens=opens, closes=closes)
            for weekday, spans in hours.weekly.items()
            for opens, closes in spans
        ),
        closed_on=tuple(hours.closed_on),
    )


def item_columns(item: MenuItem) -> dict[str, Any]:
    return {
        "restaurant_id": item.restaurant_id,
        "name": item.name,
        "description": item.description,
        "price": item.price.amount,
        "stock": item.stock,
        "available": item.available,
    }


def item_of(row: MenuItemRow, currency: str) -> MenuItem:
    return MenuItem(
        menu_item_id=row.id,
        restaurant_id=row.restaurant_id,
        name=row.name,
        description=row.description,
        price=Money(row.price, currency),
        stock=row.stock,
        available=row.available,
        version=row.version,
    )


def item_told(row: MenuItemRow, currency: str) -> ItemTold:
    """The row, as its restaurant's events tell it."""
    return ItemTold(
        menu_item_id=row.id,
        name=row.name,
        description=row.description,
        price=Money(row.price, currency),
        stock=row.stock,
        available=row.available,
    )

"""What changed about a restaurant and its menu, as the world hears it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.events.envelope import Event
from domain.money import Money
from domain.restaurants import RestaurantAddress


class RestaurantEventType(StrEnum):
    OPENED = "restaurant_opened"
    CHANGED = "restaurant_changed"
    PAUSED = "restaurant_paused"
    RESUMED = "restaurant_resumed"
    ITEM_ADDED = "menu_item_added"
    ITEM_CHANGED = "menu_item_changed"
    ITEM_REMOVED = "menu_item_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanTold:
    """`HH:MM` by the restaurant's clock; past midnight where `closes` is not after `opens`."""

    weekday: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursTold:
    """See `domain.restaurants.OpeningHours`."""

    timezone: str
    weekly: tuple[SpanTold, ...]
    closed_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RestaurantTold:
    """A restaurant after a change: the fields are those of `domain.restaurants.Restaurant`."""

    name: str
    currency: str
    address: RestaurantAddress
    cuisine: str | None
    opening_hours: HoursTold | None
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    kitchen_slots: int | None
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTold:
    """A dish after a change: the fields are those of `domain.restaurants.MenuItem`."""

    menu_item_id: UUID
    name: str
    description: str
    price: Money
    stock: int | None
    available: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RestaurantEvent(Event):
    """A change of a restaurant, with the restaurant after it; `item` where a dish was changed."""

    type: RestaurantEventType
    restaurant: RestaurantTold
    item: ItemTold | None = None

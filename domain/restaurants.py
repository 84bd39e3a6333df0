"""A restaurant and its menu, as the catalogue shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.geography import Point
from domain.money import Money

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """`weekly`: weekday -> spans of local `HH:MM`; an end before its start is past midnight."""

    timezone: str
    weekly: dict[str, list[tuple[str, str]]]
    closed_on: list[str]

    def open_at(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.timezone))
        return self._opened(local, late=False) or self._opened(local - timedelta(days=1), late=True)

    def _opened(self, day: datetime, *, late: bool) -> bool:
        """Whether a span that began on `day` holds its clock time; `late`: only past midnight."""
        if day.date().isoformat() in self.closed_on:
            return False
        clock = day.strftime("%H:%M")
        spans = self.weekly.get(WEEKDAYS[day.weekday()], [])
        return any(_holds(start, end, clock, late=late) for start, end in spans)


def _holds(start: str, end: str, clock: str, *, late: bool) -> bool:
    overnight = end <= start
    if late:
        return overnight and clock < end
    return start <= clock and (overnight or clock < end)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestaurantAddress:
    line1: str
    city: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaurant:
    """`kitchen_slots` is how many orders it cooks at once; None is no bound."""

    restaurant_id: UUID
    name: str
    currency: str
    address: RestaurantAddress
    cuisine: str | None
    opening_hours: OpeningHours | None
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    kitchen_slots: int | None
    paused: bool
    version: int

    def open_at(self, moment: datetime) -> bool:
        """Whether it takes orders: not paused, and within its hours (None: always)."""
        return not self.paused and (
            self.opening_hours is None or self.opening_hours.open_at(moment)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """`stock` None is unlimited. `version` counts the staff's changes, not what orders took."""

    menu_item_id: UUID
    restaurant_id: UUID
    name: str
    description: str
    price: Money
    stock: int | None
    available: bool
    version: int

    def offers(self, quantity: int) -> bool:
        return self.available and (self.stock is None or self.stock >= quantity)

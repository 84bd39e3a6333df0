"""A restaurant and its menu, as the catalogue shows them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.geography import Point
from domain.money import Money

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """`weekly`: weekday -> spans of local `HH:MM`; an end before its start is past midnight.

    On the days in `closed_on` nothing begins; what began the evening before goes on to its end.
    A span is one piece also where the clocks are set back in it: it begins when its start is read
    for the first time and ends when its end is read for the last. Where they are set forward, the
    moment of that stands for every time that is left out.
    """

    timezone: str
    weekly: dict[str, list[tuple[str, str]]]
    closed_on: list[str]

    def open_at(self, moment: datetime) -> bool:
        now = moment.astimezone(ZoneInfo(self.timezone))
        yesterday, today = now.date() - timedelta(days=1), now.date()
        spans = (*self._begun_on(yesterday), *self._begun_on(today))
        return any(_has_begun(start, now) and not _has_ended(end, now) for start, end in spans)

    def _begun_on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Start and end, as the restaurant's clock shows them."""
        if day.isoformat() in self.closed_on:
            return
        for start, end in self.weekly.get(WEEKDAYS[day.weekday()], []):
            until = day + timedelta(days=1) if end <= start else day
            yield _on(day, start), _on(until, end)


def _on(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def _has_begun(start: datetime, now: datetime) -> bool:
    """Either is enough: the clock says so, or said so before it was set back."""
    return now.replace(tzinfo=None) >= start or now.astimezone(UTC) >= _reading(start, now, fold=0)


def _has_ended(end: datetime, now: datetime) -> bool:
    """Both are needed: the clock says so, and won't be set back behind it."""
    return now.replace(tzinfo=None) >= end and now.astimezone(UTC) >= _reading(end, now, fold=1)


def _reading(clock: datetime, now: datetime, *, fold: int) -> datetime:
    """The moment at which the clock of `now` shows `clock`, for the first or the last time."""
    # In UTC, because two times of one zone are compared by what the clock shows.
    return clock.replace(tzinfo=now.tzinfo, fold=fold).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestaurantAddress:
    line1: str
    city: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaurant:
    """`kitchen_slots` is how many orders it cooks at once; None is no bound.

    `menu_revision` is another one after every change of the menu that a guest could see.
    """

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
    menu_revision: UUID

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

    def as_guests_see_it(self) -> "MenuItem":
        """Without its stock; what is sold out is not available."""
        return replace(self, stock=None, available=self.offers(1))

"""A restaurant as clients write and read it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from api.fields import Latitude, Line, Longitude, Model, Name, Patch
from api.money import Currency
from api.preconditions import Versioned
from domain.geography import Point
from domain.restaurants import OpeningHours, Restaurant, RestaurantAddress


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = "not a time zone"
        raise ValueError(message) from error
    return name


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Spans = Annotated[list[tuple[Clock, Clock]], Field(max_length=6)]
Minutes = Annotated[StrictInt, Field(ge=1, le=240)]


class Hours(Model):
    """Local times. An end before its start is past midnight."""

    timezone: Annotated[str, StringConstraints(max_length=64), AfterValidator(_zone)] = Field(
        examples=["Africa/Addis_Ababa"]
    )
    weekly: dict[Weekday, Spans] = Field(examples=[{"mon": [["08:00", "22:00"]]}])
    closed_on: list[date] = Field(default=[], max_length=366, examples=[["2027-01-07"]])

    @classmethod
    def of(cls, hours: OpeningHours) -> Self:
        return cls.model_validate(
            {"timezone": hours.timezone, "weekly": hours.weekly, "closed_on": hours.closed_on}
        )

    def value(self) -> OpeningHours:
        return OpeningHours(
            timezone=self.timezone,
            weekly={day: list(spans) for day, spans in self.weekly.items()},
            closed_on=[day.isoformat() for day in self.closed_on],
        )


class Place(Model):
    line1: Line = Field(examples=["Churchill Avenue 1"])
    city: Name = Field(examples=["Addis Ababa"])
    lat: Latitude = Field(examples=[9.01])
    lon: Longitude = Field(examples=[38.75])

    @classmethod
    def of(cls, address: RestaurantAddress) -> Self:
        return cls(
            line1=address.line1, city=address.city, lat=address.point.lat, lon=address.point.lon
        )

    def value(self) -> RestaurantAddress:
        return RestaurantAddress(
            line1=self.line1, city=self.city, point=Point(lat=self.lat, lon=self.lon)
        )


class NewRestaurant(Model):
    name: Name = Field(examples=["Soranu Kitchen"])
    currency: Currency
    address: Place
    cuisine: Name | None = Field(default=None, examples=["Ethiopian"])
    opening_hours: Hours | None = None
    auto_accept: StrictBool = False
    acceptance_minutes: Minutes = 10
    preparation_minutes: Minutes = 20

    def restaurant(self) -> Restaurant:
        return Restaurant(
            restaurant_id=uuid4(),
            name=self.name,
            currency=self.currency,
            address=self.address.value(),
            cuisine=self.cuisine,
            opening_hours=self.opening_hours.value() if self.opening_hours else None,
            auto_accept=self.auto_accept,
            acceptance_minutes=self.acceptance_minutes,
            preparation_minutes=self.preparation_minutes,
            kitchen_slots=None,
            paused=False,
            version=1,
            menu_revision=uuid4(),
        )


class RestaurantChanges(Patch):
    """The currency stays: prices and orders are in it."""

    nullable: ClassVar[frozenset[str]] = frozenset({"cuisine", "opening_hours"})

    name: Name | None = None
    address: Place | None = None
    cuisine: Name | None = None
    opening_hours: Hours | None = None
    auto_accept: StrictBool | None = None
    acceptance_minutes: Minutes | None = None
    preparation_minutes: Minutes | None = None

    def applied_to(self, restaurant: Restaurant) -> Restaurant:
        values: dict[str, Any] = {
            name: value.value() if isinstance(value, Place | Hours) else value
            for name, value in self.changes().items()
        }
        return replace(restaurant, **values)


class RestaurantAnswer(Versioned):
    """`open` is whether it takes orders now; `distance_km` is there where a place was asked."""

    id: UUID
    name: str
    currency: str
    address: Place
    cuisine: str | None
    opening_hours: Hours | None
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    open: bool
    paused: bool
    distance_km: float | None = None

    @classmethod
    def of(cls, restaurant: Restaurant, *, distance_km: float | None = None) -> Self:
        hours = restaurant.opening_hours
        return cls(
            id=restaurant.restaurant_id,
            name=restaurant.name,
            currency=restaurant.currency,
            address=Place.of(restaurant.address),
            cuisine=restaurant.cuisine,
            opening_hours=Hours.of(hours) if hours else None,
            auto_accept=restaurant.auto_accept,
            acceptance_minutes=restaurant.acceptance_minutes,
            preparation_minutes=restaurant.preparation_minutes,
            open=restaurant.open_at(datetime.now(UTC)),
            paused=restaurant.paused,
            distance_km=None if distance_km is None else round(distance_km, 2),
            version=restaurant.version,
        )

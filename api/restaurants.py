"""Restaurants: everybody finds them, their staff run them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints

from adapters.postgres import nearby
from adapters.postgres.catalog.search import Found, RestaurantFilter
from adapters.postgres.catalog.search_statements import DistancePlace, NamePlace
from api.dependencies import Caller, Named, Staffed, Using
from api.fields import Latitude, Line, Longitude, Model, Name, Patch
from api.money import Currency
from api.openapi import located, refusals
from api.pages import Page, Paged
from api.preconditions import Revised, Versioned, changed_meanwhile
from domain.errors import Forbidden, RestaurantNotFound
from domain.geography import Point
from domain.pricing import DELIVERY_RADIUS_KM
from domain.restaurants import OpeningHours, Restaurant, RestaurantAddress

router = APIRouter(prefix="/restaurants", tags=["restaurants"])

At = TypeVar("At", NamePlace, DistancePlace)

_STAFF = refusals(Forbidden, RestaurantNotFound)


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


class Search:
    """`?lat&lon&radius_km&q&open_now`."""

    def __init__(
        self,
        *,
        lat: Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False)] = None,
        lon: Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)] = None,
        radius_km: Annotated[float, Query(gt=0, le=500)] = DELIVERY_RADIUS_KM,
        q: Annotated[Name | None, Query(description="Part of the name or the cuisine.")] = None,
        open_now: bool = False,
    ) -> None:
        if (lat is None) != (lon is None):
            message = "lat and lon belong together"
            raise RequestValidationError([{"loc": ("query",), "msg": message, "type": "place"}])
        here = None if lat is None or lon is None else Point(lat=lat, lon=lon)
        self.around = nearby.Place(here, radius_km) if here else None
        self.wanted = RestaurantFilter(q=q, open_at=datetime.now(UTC) if open_now else None)


@router.post("", status_code=status.HTTP_201_CREATED, responses=located(HTTPStatus.CREATED))
async def open_restaurant(
    body: NewRestaurant, services: Using, caller: Caller, revisions: Revised, response: Response
) -> RestaurantAnswer:
    """The caller gains the role `restaurant` for it."""
    restaurant = body.restaurant()
    # In this order: should the second be lost, somebody is staff of nothing, which hurts nobody.
    await services.accounts.add_staff(caller.account_id, restaurant.restaurant_id)
    await services.restaurants.add(restaurant)
    response.headers["Location"] = f"/api/v1/restaurants/{restaurant.restaurant_id}"
    return revisions.show(RestaurantAnswer.of(restaurant))


@router.get("")
async def find_restaurants(
    services: Using, search: Annotated[Search, Depends()], paging: Paged
) -> Page[RestaurantAnswer]:
    """The nearest first; without a place by name.

    A page may be shorter than the limit, and even empty, and still name a next one: a search looks
    at so many restaurants at a time.
    """
    around, wanted, cursors = search.around, search.wanted, services.cursors
    if around is None:
        behind = paging.behind(cursors)
        named = await services.restaurants.search.named(wanted, after=behind, limit=paging.limit)
        return _shown(named, cursors.write(named.go_on) if named.go_on else None)
    near = await services.restaurants.search.nearest(
        around, wanted, after=paging.farther(cursors), limit=paging.limit
    )
    return _shown(near, cursors.write(near.go_on) if near.go_on else None)


@router.get("/{restaurant_id}", responses=refusals(RestaurantNotFound))
async def read_restaurant(restaurant: Named, revisions: Revised) -> RestaurantAnswer:
    """As everybody sees it."""
    return revisions.show(RestaurantAnswer.of(restaurant))


@router.patch(
    "/{restaurant_id}",
    responses=refusals(Forbidden, RestaurantNotFound, HTTPStatus.PRECONDITION_FAILED),
)
async def change_restaurant(
    body: RestaurantChanges, services: Using, restaurant: Staffed, revisions: Revised
) -> RestaurantAnswer:
    """What is left out stays. Orders that were placed keep the rules they were placed by."""
    revisions.check(RestaurantAnswer.of(restaurant))
    changed = await services.restaurants.update(body.applied_to(restaurant))
    if changed is None:
        raise changed_meanwhile()
    return revisions.show(RestaurantAnswer.of(changed))


@router.post("/{restaurant_id}/pause", status_code=status.HTTP_204_NO_CONTENT, responses=_STAFF)
async def pause_restaurant(services: Using, restaurant: Staffed) -> None:
    """It takes no orders from now on. Those it has go on."""
    await services.restaurants.set_paused(restaurant.restaurant_id, paused=True)


@router.post("/{restaurant_id}/resume", status_code=status.HTTP_204_NO_CONTENT, responses=_STAFF)
async def resume_restaurant(services: Using, restaurant: Staffed) -> None:
    """It takes orders again, whenever it is open."""
    await services.restaurants.set_paused(restaurant.restaurant_id, paused=False)


def _shown(found: Found[At], next_cursor: str | None) -> Page[RestaurantAnswer]:
    items = [RestaurantAnswer.of(hit.restaurant, distance_km=hit.distance_km) for hit in found.hits]
    return Page(items=items, next_cursor=next_cursor)

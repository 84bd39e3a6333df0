"""Restaurants: everybody finds them, their staff run them."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.exceptions import RequestValidationError

from adapters.postgres import nearby
from adapters.postgres.catalog.search import Found, RestaurantFilter
from adapters.postgres.catalog.search_statements import DistancePlace, NamePlace
from api.dependencies import Caller, Named, Staffed, Using
from api.fields import Name
from api.openapi import located, refusals
from api.pages import Page, Paged
from api.preconditions import Revised, changed_meanwhile
from api.restaurant_answers import NewRestaurant, RestaurantAnswer, RestaurantChanges
from domain.errors import Forbidden, RestaurantNotFound
from domain.geography import Point
from domain.pricing import DELIVERY_RADIUS_KM

router = APIRouter(prefix="/restaurants", tags=["restaurants"])

At = TypeVar("At", NamePlace, DistancePlace)

_STAFF = refusals(Forbidden, RestaurantNotFound)


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

"""Finding a restaurant, and ordering from its menu."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from api.addresses import AddressAnswer, list_addresses
from api.dependencies import MaybeCaller, Named, Using
from api.fields import MaybeText
from api.menu import read_menu
from api.pages import Paging
from api.restaurant_answers import RestaurantAnswer
from api.restaurants import Search, find_restaurants
from api.services import Services
from api.web.rendering import page
from domain.accounts import Account
from domain.geography import Point

router = APIRouter()

# Stripe's documented test methods: https://docs.stripe.com/testing
_TEST_CARDS = {
    "pm_card_visa": "Visa that pays",
    "pm_card_mastercard": "Mastercard that pays",
    "pm_card_authenticationRequired": "Visa whose bank wants to be asked",
    "pm_card_visa_chargeDeclined": "Visa that is declined",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "Visa without enough money",
}
# Decimals of a degree, latitude first, as every map shows them.
_PLACE = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)")


class Wanted(BaseModel):
    """Of the search form: a field that was left empty is empty, not absent."""

    near: MaybeText = ""
    q: MaybeText = ""
    open_now: bool = False
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: str | None = None

    @property
    def place(self) -> Point | None:
        return _place(self.near)

    def search(self) -> Search:
        place = self.place
        lat, lon = (place.lat, place.lon) if place else (None, None)
        return Search(lat=lat, lon=lon, q=self.q or None, open_now=self.open_now)


@router.get("/")
async def show_restaurants(
    request: Request, services: Using, caller: MaybeCaller, wanted: Annotated[Wanted, Query()]
) -> Response:
    paging = Paging(wanted.limit, wanted.cursor)
    found = await find_restaurants(services, wanted.search(), paging)
    facts = {"found": found, "wanted": wanted}
    return page(request, "restaurants.html", caller=caller, facts=facts)


@router.get("/r/{restaurant_id}")
async def show_menu(
    request: Request, services: Using, caller: MaybeCaller, restaurant: Named
) -> Response:
    cards = _TEST_CARDS if services.settings.test_cards else {}
    facts = {
        "restaurant": RestaurantAnswer.of(restaurant),
        "menu": await read_menu(services, restaurant, caller),
        "addresses": await _addresses(services, caller),
        "cards": cards,
    }
    return page(request, "menu.html", caller=caller, facts=facts)


async def _addresses(services: Services, caller: Account | None) -> list[AddressAnswer]:
    if caller is None:
        return []
    return (await list_addresses(services, caller, Paging(limit=100, cursor=None))).items


def _place(text: str) -> Point | None:
    """None for what is not the two coordinates of a place on Earth."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    return Point(lat=lat, lon=lon) if abs(lat) <= 90 and abs(lon) <= 180 else None  # noqa: PLR2004 -- Degrees.

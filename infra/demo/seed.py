"""A few restaurants to order from, run by one owner, a courier, and two hungry customers.

All of it over REST, and all of it found again by a second demo on the same data.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from domain.money import Money
from infra.demo.client import Person, sign_in

CURRENCY = "ETB"
# What every kitchen has of a dish before a demo begins.
PORTIONS = 40
LAST_PORTION = "Doro wot of the day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """`price` in minor units."""

    name: str
    description: str
    price: int
    portions: int = PORTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A restaurant as it is to be opened."""

    name: str
    cuisine: str
    line1: str
    lat: float
    lon: float
    menu: tuple[Recipe, ...]
    auto_accept: bool = False


SORANU = Plan(
    name="Soranu Kitchen",
    cuisine="Ethiopian",
    line1="Churchill Avenue 12",
    lat=9.0227,
    lon=38.7520,
    menu=(
        Recipe(name="Shiro wot", description="Chickpea stew with berbere", price=32_000),
        Recipe(name="Yetsom beyaynetu", description="Seven stews on one injera", price=45_000),
        Recipe(name="Kitfo", description="Raw beef, spiced butter, cheese", price=68_000),
        Recipe(
            name=LAST_PORTION,
            description="Chicken stewed overnight; when it is gone, it is gone",
            price=59_000,
            portions=1,
        ),
    ),
)
BOSPHORUS = Plan(
    name="Bosphorus Grill",
    cuisine="Turkish",
    line1="Bole Road 88",
    lat=8.9950,
    lon=38.7890,
    menu=(
        Recipe(name="Adana kebab", description="Lamb from the charcoal", price=62_000),
        Recipe(name="Lahmacun", description="Thin, crisp, with parsley and lemon", price=29_000),
    ),
)
KALDI = Plan(
    name="Kaldi's Bakery",
    cuisine="Bakery",
    line1="Meskel Square 3",
    lat=9.0105,
    lon=38.7612,
    # Orders here need nobody who accepts them.
    auto_accept=True,
    menu=(
        Recipe(name="Macchiato", description="Yirgacheffe, double", price=9_500),
        Recipe(name="Dabo with honey", description="Warm, half a loaf", price=14_000),
    ),
)
PLANS = (SORANU, BOSPHORUS, KALDI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    id: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaurant:
    id: str
    name: str
    menu: dict[str, Dish]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Everybody there is; `restaurants` by name."""

    owner: Person
    courier: Person
    abebe: Person
    sara: Person
    restaurants: dict[str, Restaurant]

    @property
    def kitchen(self) -> Restaurant:
        """The one that decides for itself what it cooks."""
        return self.restaurants[SORANU.name]


async def settle(http: httpx.AsyncClient) -> Town:
    """Everybody logged in, every restaurant open, every dish restocked."""
    owner = await sign_in(http, name="Hana", email="hana@example.com")
    return Town(
        owner=owner,
        courier=await _courier(http),
        abebe=await sign_in(http, name="Abebe", email="abebe@example.com"),
        sara=await sign_in(http, name="Sara", email="sara@example.com"),
        restaurants={plan.name: await _open(owner, plan) for plan in PLANS},
    )


async def _courier(http: httpx.AsyncClient) -> Person:
    """Somebody with a bicycle, around the corner from the kitchen."""
    courier = await sign_in(http, name="Dawit", email="dawit@example.com")
    await courier.post("/couriers", {"vehicle": "bicycle"})
    await courier.put("/couriers/me/availability", {"available": True})
    await courier.put("/couriers/me/location", {"lat": SORANU.lat, "lon": SORANU.lon})
    return courier


async def _open(owner: Person, plan: Plan) -> Restaurant:
    restaurant = await _found(owner, plan.name)
    if restaurant is None:
        restaurant = await owner.post("/restaurants", _body(plan))
    else:
        # Whoever played with it before may have left it closed.
        await owner.patch(f"/restaurants/{restaurant['id']}", _rules(plan))
        await owner.post(f"/restaurants/{restaurant['id']}/resume")
    menu = f"/restaurants/{restaurant['id']}/menu"
    offered = {item["name"]: item for item in (await owner.get(menu))["items"]}
    dishes = [await _offer(owner, menu, recipe, offered.get(recipe.name)) for recipe in plan.menu]
    return Restaurant(
        id=restaurant["id"], name=plan.name, menu={dish.name: dish for dish in dishes}
    )


async def _found(owner: Person, name: str) -> Any:
    """The owner's restaurant of this name; other people may have one of the same."""
    theirs = (await owner.get("/me"))["restaurants"]
    async for restaurant in owner.every("/restaurants", q=name):
        if restaurant["id"] in theirs and restaurant["name"] == name:
            return restaurant
    return None


async def _offer(owner: Person, menu: str, recipe: Recipe, item: Any) -> Dish:
    if item is None:
        item = await owner.post(
            f"{menu}/items",
            {
                "name": recipe.name,
                "description": recipe.description,
                "price": {"amount": recipe.price, "currency": CURRENCY},
                "stock": recipe.portions,
            },
        )
    else:
        restocked = {"stock": recipe.portions, "available": True}
        item = await owner.patch(f"{menu}/items/{item['id']}", restocked)
    return Dish(id=item["id"], name=item["name"], price=Money(**item["price"]))


def _body(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "cuisine": plan.cuisine,
        "currency": CURRENCY,
        **_rules(plan),
        "address": {
            "line1": plan.line1,
            "city": "Addis Ababa",
            "lat": plan.lat,
            "lon": plan.lon,
        },
    }


def _rules(plan: Plan) -> dict[str, Any]:
    return {"auto_accept": plan.auto_accept, "opening_hours": None}

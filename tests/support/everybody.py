"""Everybody who has, had, or never had to do with an order, and the orders they mean by it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any
from uuid import uuid4

import httpx

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.sessions import SessionRepository
from adapters.tokens import AccessTokens
from api.services import Settings
from domain.accounts import Role
from domain.geography import Point
from tests.support.carrying import do, enlisted
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import Person, money

# Far from every other kitchen of the tests, so that no courier of theirs comes.
_PLACE = Point(lat=-50.0, lon=70.0)
_ADDRESS = {"line1": "Port-aux-Français 1", "city": "Kerguelen", "lat": -50.0, "lon": 70.01}


class Who(StrEnum):
    NOBODY = "nobody"
    STRANGER = "another customer"
    OTHER_STAFF = "another restaurant's staff"
    OTHER_COURIER = "another courier"
    PAST_COURIER = "the courier after the delivery"
    CUSTOMER = "customer"
    STAFF = "staff"
    COURIER = "courier"
    SUPPORT = "support"
    ADMIN = "admin"


class Login(Enum):
    """With which login somebody asks: what ends a login or an account is asked with a spare one."""

    OWN = "own"
    ANOTHER = "another of theirs"
    OF_ANOTHER_ACCOUNT = "of another account with their roles"


_ROLES = {Who.SUPPORT: [Role.SUPPORT], Who.ADMIN: [Role.ADMIN]}


@dataclass(frozen=True, kw_only=True)
class Everybody:
    """`under_way` is an order that is ready and has its courier; `delivered` is one that was.

    `ids` has what the paths of the API name, as its owner calls it.
    """

    tokens: dict[Login, dict[Who, str]]
    under_way: str
    delivered: str
    ids: dict[str, str]

    def token(self, who: Who, login: Login = Login.OWN) -> str | None:
        return self.tokens[login].get(who)


async def everybody(url: str, settings: Settings, tokens: AccessTokens) -> Everybody:
    async with joining(url, settings, tokens) as people:
        everyone = await _accounts(people)
        for who in (Who.COURIER, Who.PAST_COURIER, Who.OTHER_COURIER):
            await enlisted(everyone[who], _PLACE)
        await _open(everyone[Who.OTHER_STAFF])
        ids = await _open(everyone[Who.STAFF])
        under_way = await _until_ready(everyone, ids, Who.COURIER)
        delivered = await _until_ready(everyone, ids, Who.PAST_COURIER)
        await do(everyone[Who.PAST_COURIER], delivered, "pick-up")
        await do(everyone[Who.PAST_COURIER], delivered, "deliver")
        await _is(everyone[Who.CUSTOMER], delivered, "delivered")
        return Everybody(
            tokens={
                Login.OWN: {who: str(person.token) for who, person in everyone.items()},
                Login.ANOTHER: {
                    who: str((await people.login_of(each)).token) for who, each in everyone.items()
                },
                Login.OF_ANOTHER_ACCOUNT: {
                    who: str(person.token) for who, person in (await _accounts(people)).items()
                },
            },
            under_way=under_way,
            delivered=delivered,
            ids={**ids, **await _things_of(everyone[Who.CUSTOMER]), **_named(everyone)},
        )


@asynccontextmanager
async def joining(url: str, settings: Settings, tokens: AccessTokens) -> AsyncIterator[People]:
    database = Database(settings.databases.identity_dsn)
    try:
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            yield People(http, AccountRepository(database), SessionRepository(database), tokens)
    finally:
        await database.close()


async def _accounts(people: People) -> dict[Who, Person]:
    return {who: await people.join(*_ROLES.get(who, [])) for who in Who if who is not Who.NOBODY}


async def _open(staff: Person) -> dict[str, str]:
    body = {"name": "Kerguelen Kitchen", "currency": "USD", "address": _ADDRESS}
    restaurant = (await staff.post("/restaurants", {**body, "auto_accept": True})).json()
    path = f"/restaurants/{restaurant['id']}/menu/items"
    item = (await staff.post(path, {"name": "Cabbage", "price": money(1250)})).json()
    return {"restaurant_id": restaurant["id"], "item_id": item["id"]}


async def _until_ready(everyone: dict[Who, Person], ids: dict[str, str], courier: Who) -> str:
    """The id of an order that this courier has claimed."""
    customer, staff = everyone[Who.CUSTOMER], everyone[Who.STAFF]
    body = {
        "restaurant_id": ids["restaurant_id"],
        "items": [{"menu_item_id": ids["item_id"], "quantity": 2}],
        "delivery_address": _ADDRESS,
        "payment_method": "pm_card_visa",
    }
    placed = await customer.post("/orders", body, headers={"Idempotency-Key": uuid4().hex})
    assert placed.status_code == 202, placed.text
    order_id: str = placed.json()["id"]
    await _is(customer, order_id, "accepted")
    assert (await staff.post(f"/orders/{order_id}/preparing")).status_code == 200
    await _is_offered(everyone[courier], order_id)
    await do(everyone[courier], order_id, "claim")
    assert (await staff.post(f"/orders/{order_id}/ready")).status_code == 200
    await seen(lambda: _read(customer, order_id), lambda order: order["delivery"]["courier_id"])
    return order_id


async def _is(customer: Person, order_id: str, status: str) -> None:
    await seen(lambda: _read(customer, order_id), lambda order: order["status"] == status)


async def _is_offered(courier: Person, order_id: str) -> None:
    async def offered() -> list[str]:
        items = (await courier.get("/deliveries?limit=100")).json()["items"]
        return [item["order_id"] for item in items]

    await seen(offered, lambda ids: order_id in ids)


async def _read(customer: Person, order_id: str) -> dict[str, Any]:
    order: dict[str, Any] = (await customer.get(f"/orders/{order_id}")).json()
    return order


async def _things_of(customer: Person) -> dict[str, str]:
    address = (await customer.post("/me/addresses", _ADDRESS)).json()

    async def told() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await customer.get("/me/notifications")).json()["items"]
        return items

    [notification, *_] = await seen(told, lambda items: items)
    return {"address_id": address["id"], "notification_id": notification["id"]}


def _named(everyone: dict[Who, Person]) -> dict[str, str]:
    return {
        "account_id": everyone[Who.STRANGER].id,
        "day": "2027-01-07",
        "key": "no case of anybody's",
    }

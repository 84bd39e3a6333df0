"""A restaurant with a menu, a hungry customer, and what they do, all over REST."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.support.people import People
from tests.support.rest import ADDRESS, Person, money

KITCHEN = {"line1": "Churchill Avenue 1", "city": "Addis Ababa", "lat": 9.01, "lon": 38.755}
FINAL = {"delivered", "payment_failed", "rejected", "cancelled"}


@dataclass(frozen=True)
class Diner:
    """A restaurant with one dish, somebody of its staff, and a customer nearby."""

    staff: Person
    customer: Person
    restaurant_id: str
    item_id: str

    def order(self, **given: Any) -> dict[str, Any]:
        return {
            "restaurant_id": self.restaurant_id,
            "items": [{"menu_item_id": self.item_id, "quantity": 2}],
            "delivery_address": ADDRESS,
            "payment_method": "pm_card_visa",
            **given,
        }

    async def place(
        self, body: dict[str, Any] | None = None, *, key: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid4().hex}
        return await self.customer.post("/orders", body or self.order(), headers=headers)

    async def placed(self, **given: Any) -> str:
        """The id of a new order."""
        answer = await self.place(self.order(**given))
        assert answer.status_code == 202, answer.text
        order_id: str = answer.json()["id"]
        return order_id

    async def until(self, order_id: str, *statuses: str) -> dict[str, Any]:
        """The order as soon as it has one of the statuses; fails at another final one."""

        def there(order: dict[str, Any]) -> bool:
            assert order["status"] in statuses or order["status"] not in FINAL, order
            return order["status"] in statuses

        return await seen(self.customer, f"/orders/{order_id}", there)


async def seen(
    reader: Person, path: str, wanted: Callable[[dict[str, Any]], bool], *, seconds: float = 30
) -> dict[str, Any]:
    """What is at the path, as soon as it is what is wanted."""
    deadline = time.monotonic() + seconds
    while True:
        answer = await reader.get(path)
        found: dict[str, Any] = answer.json()
        if answer.is_success and wanted(found):
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


async def open_diner(people: People, *, stock: int | None = None, **given: Any) -> Diner:
    staff, customer = await people.join(), await people.join()
    body = {"name": "Soranu Kitchen", "currency": "USD", "address": KITCHEN, **given}
    restaurant = (await staff.post("/restaurants", body)).json()
    dish = {"name": "Shiro wot", "price": money(1250), "stock": stock}
    item = await staff.post(f"/restaurants/{restaurant['id']}/menu/items", dish)
    assert item.status_code == 201, item.text
    return Diner(staff, customer, restaurant["id"], item.json()["id"])


async def authenticate(sandbox_url: str, secret: str, outcome: str) -> None:
    """As the customer does at their bank."""
    intent = secret.partition("_secret_")[0]
    async with httpx.AsyncClient(base_url=sandbox_url, timeout=30) as bank:
        answer = await bank.post(f"/_authenticate/{intent}", json={"outcome": outcome})
        assert answer.is_success, answer.text

"""Customers and kitchens over REST, and the log of what they were promised.

People here are stubborn: where the platform is away (no connection, 503, 429) they ask again, in
the same words and under the same key, and what they then hear is what counts.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.support.polling import seen
from tests.support.rest import ADDRESS, Person, insist, log_in, money, register

AT_THE_KITCHENS = {"lat": 9.01, "lon": 38.755}
KITCHEN = {"line1": "Churchill Avenue 1", "city": "Addis Ababa", **AT_THE_KITCHENS}
FINAL = {"delivered", "payment_failed", "rejected", "cancelled"}


@dataclass(frozen=True, kw_only=True)
class Kitchen:
    """A restaurant with one dish, and somebody of its staff."""

    staff: Person
    restaurant_id: str
    item_id: str

    def order(self, *, quantity: int = 2, **given: Any) -> dict[str, Any]:
        """The body of a request to place one."""
        return {
            "restaurant_id": self.restaurant_id,
            "items": [{"menu_item_id": self.item_id, "quantity": quantity}],
            "delivery_address": ADDRESS,
            "payment_method": "pm_card_visa",
            **given,
        }


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """An acknowledged order, and those who may do something about it."""

    id: str
    customer: Person
    kitchen: Kitchen

    @property
    def path(self) -> str:
        return f"/orders/{self.id}"

    async def read(self) -> dict[str, Any]:
        return _order_in(await insist(lambda: self.customer.get(self.path)))

    async def until(self, *statuses: str, seconds: float = 90) -> dict[str, Any]:
        """The order as soon as it has one of the statuses; fails at another final one."""

        def there(order: dict[str, Any]) -> bool:
            assert order["status"] in statuses or order["status"] not in FINAL, order
            return order["status"] in statuses

        return await seen(self.read, there, seconds=seconds)

    async def until_paid(self, status: str, *, seconds: float = 90) -> dict[str, Any]:
        """The order as soon as its payment has the status."""
        return await seen(
            self.read, lambda order: order["payment"]["status"] == status, seconds=seconds
        )

    async def timeline(self) -> list[dict[str, Any]]:
        answer = await insist(lambda: self.customer.get(f"{self.path}/timeline"))
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def accept(self) -> dict[str, Any]:
        return _order_in(await insist(lambda: self.kitchen.staff.post(f"{self.path}/accept")))

    async def reject(self, reason: str = "The oven broke") -> dict[str, Any]:
        body = {"reason": reason}
        answer = await insist(lambda: self.kitchen.staff.post(f"{self.path}/reject", body))
        return await self._ended(answer, "rejected")

    async def cancel(self, reason: str | None = None) -> dict[str, Any]:
        body = None if reason is None else {"reason": reason}
        answer = await insist(lambda: self.customer.post(f"{self.path}/cancel", body))
        return await self._ended(answer, "cancelled")

    async def _ended(self, answer: httpx.Response, status: str) -> dict[str, Any]:
        """Nobody waits long for an answer: it may come before the end that it promises."""
        order = _order_in(answer)
        return order if order["status"] in FINAL else await self.until(status)


class Town:
    """`promised`: key of a request -> ids it was answered; `stocked`: dish -> its first stock.

    `cook` runs every kitchen, unless somebody else opens one.
    """

    def __init__(self, http: httpx.AsyncClient, cook: Person) -> None:
        self.promised: dict[str, set[UUID]] = {}
        self.stocked: dict[UUID, int] = {}
        self._http = http
        self._cook = cook

    async def customer(self) -> Person:
        return await register(self._http)

    async def customers(self, count: int) -> list[Person]:
        return await asyncio.gather(*(self.customer() for _ in range(count)))

    async def open_kitchen(
        self, *, by: Person | None = None, stock: int = 1_000, **given: Any
    ) -> Kitchen:
        # A token lives for ten minutes, and the cook is there from the first test to the last.
        staff = by or await log_in(self._http, self._cook.email)
        body = {"name": "Soranu Kitchen", "currency": "USD", "address": KITCHEN, **given}
        restaurant = (await insist(lambda: staff.post("/restaurants", body))).json()
        dish = {"name": "Shiro wot", "price": money(1250), "stock": stock}
        path = f"/restaurants/{restaurant['id']}/menu/items"
        item = await insist(lambda: staff.post(path, dish))
        assert item.status_code == 201, item.text
        self.stocked[UUID(item.json()["id"])] = stock
        return Kitchen(staff=staff, restaurant_id=restaurant["id"], item_id=item.json()["id"])

    async def ask(
        self, customer: Person, body: dict[str, Any], *, key: str, **headers: str
    ) -> httpx.Response:
        """Place an order, and remember what was promised. Keys are unique over all customers."""
        sent = {"Idempotency-Key": key, **headers}
        answer = await insist(lambda: customer.post("/orders", body, headers=sent))
        if answer.status_code == 202:
            self.promised.setdefault(key, set()).add(UUID(answer.json()["id"]))
        return answer

    async def order(self, customer: Person, kitchen: Kitchen, **given: Any) -> Ordered:
        """One that is acknowledged."""
        answer = await self.ask(customer, kitchen.order(**given), key=uuid4().hex)
        assert answer.status_code == 202, answer.text
        return Ordered(id=answer.json()["id"], customer=customer, kitchen=kitchen)


async def go_to_work(
    rider: Person, place: Mapping[str, float], *, vehicle: str = "bicycle"
) -> None:
    """As a courier whom orders are offered to, there."""
    await insist(lambda: rider.post("/couriers", {"vehicle": vehicle}))
    await insist(lambda: rider.put("/couriers/me/availability", {"available": True}))
    there = await insist(lambda: rider.put("/couriers/me/location", place))
    assert there.status_code == 204, there.text


def _order_in(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order

"""People of support with each right, and a kitchen and a courier far from all others."""

from dataclasses import dataclass, replace
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

from domain.accounts import Role
from domain.desk import Right
from domain.geography import Point
from tests.support.carrying import do, enlisted, located, offers
from tests.support.dining import Diner, seen
from tests.support.people import People
from tests.support.polling import seen as found
from tests.support.rest import Person, money

# Far from every other kitchen of the tests, so that no courier of theirs comes.
_PLACE = Point(lat=-46.4, lon=51.8)
_KITCHEN = {
    "address": {"line1": "Crozet 2", "city": "Crozet", "lat": _PLACE.lat, "lon": _PLACE.lon},
    "auto_accept": True,
}
_HOME = {"line1": "Crozet 1", "city": "Crozet", "lat": -46.4, "lon": 51.81}
DISH = 1250
REASON = "Half of it was cold"


@dataclass(frozen=True, kw_only=True)
class Helpdesk:
    """`money` and `second` may do everything, `act` gives nothing away, and `read` looks on."""

    diner: Diner
    courier: Person
    money: Person
    second: Person
    act: Person
    read: Person

    def at(self, http: httpx.AsyncClient) -> Self:
        """The same people in another test."""
        diner = replace(
            self.diner,
            staff=replace(self.diner.staff, http=http),
            customer=replace(self.diner.customer, http=http),
        )
        names = ("courier", "money", "second", "act", "read")
        people = {name: replace(getattr(self, name), http=http) for name in names}
        return replace(self, diner=diner, **people)

    async def placed(self, *, dishes: int = 2, **given: Any) -> str:
        """The id of a new order, which the restaurant has accepted by itself."""
        items = [{"menu_item_id": self.diner.item_id, "quantity": dishes}]
        return await self.diner.placed(items=items, delivery_address=_HOME, **given)

    async def captured(self, **given: Any) -> str:
        """One whose money was taken."""
        order_id = await self.placed(**given)
        await self.order_is(order_id, lambda order: order["payment"]["captured"]["amount"])
        return order_id

    async def captured_elsewhere(self, currency: str, *, price: int) -> str:
        """Two dishes of another kitchen of the same people, which sells in that currency."""
        staff = self.diner.staff
        body = {"name": "Possession Kitchen", "currency": currency, **_KITCHEN}
        restaurant_id = (await staff.post("/restaurants", body)).json()["id"]
        dish = {"name": "Kerguelen cabbage", "price": money(price, currency)}
        item = (await staff.post(f"/restaurants/{restaurant_id}/menu/items", dish)).json()
        diner = replace(self.diner, restaurant_id=restaurant_id, item_id=item["id"])
        return await replace(self, diner=diner).captured()

    async def offered(self) -> str:
        """One that is cooked, and that couriers may claim."""
        order_id = await self.captured()
        assert (await self.diner.staff.post(f"/orders/{order_id}/preparing")).status_code == 200
        # As couriers do again and again: where one was a while ago counts no more.
        await located(self.courier, _PLACE)
        await self.is_offered(order_id)
        return order_id

    async def is_offered(self, order_id: str) -> None:
        await found(
            lambda: offers(self.courier),
            lambda items: order_id in {item["order_id"] for item in items},
        )

    async def claimed(self) -> str:
        """One that is ready, and that the courier comes for."""
        order_id = await self.offered()
        await do(self.courier, order_id, "claim")
        assert (await self.diner.staff.post(f"/orders/{order_id}/ready")).status_code == 200
        await self.order_is(order_id, lambda order: order["status"] == "ready")
        return order_id

    async def delivered(self) -> str:
        """One whose money is divided between all who worked."""
        order_id = await self.claimed()
        for verb in ("pick-up", "deliver"):
            await do(self.courier, order_id, verb)
        await found(
            lambda: self.whole(order_id),
            lambda whole: "settled" in {entry["kind"] for entry in whole["money"]["ledger"]},
        )
        return order_id

    async def cancelled(self) -> str:
        """One that ended before any money was taken from it for good."""
        order_id = await self.captured()
        done = await self.ask(self.money, order_id, "cancel")
        assert done.status_code == 200, done.text
        await self.order_is(order_id, lambda order: order["status"] == "cancelled")
        return order_id

    async def order_is(self, order_id: str, wanted: Any) -> dict[str, Any]:
        return await seen(self.diner.customer, f"/orders/{order_id}", wanted)

    async def ask(
        self, who: Person, order_id: str, verb: str, *, key: str | None = None, **given: Any
    ) -> httpx.Response:
        """What the verb of the route asks, with a reason and a new key, unless they are given."""
        return await who.post(
            f"/support/orders/{order_id}/{verb}",
            {"reason": REASON, **given},
            headers={"Idempotency-Key": key or uuid4().hex},
        )

    async def whole(self, order_id: str) -> dict[str, Any]:
        answer = await self.read.get(f"/support/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        whole: dict[str, Any] = answer.json()
        return whole

    async def foreseen(
        self, order_id: str, action: str, request: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """What an action would cause."""
        body = {"action": action, "request": request or {}}
        answer = await self.money.post(f"/support/orders/{order_id}/preview", body)
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json()
        return seen

    async def logged(self, order_id: str, action: str) -> list[dict[str, Any]]:
        """The lines of the audit log about this, the oldest first."""
        rows = (await self.whole(order_id))["audit"]
        return [row for row in rows if row["action"] == action]


async def open_helpdesk(people: People) -> Helpdesk:
    staff, customer, courier = [await people.join() for _ in range(3)]
    body = {"name": "Crozet Kitchen", "currency": "USD", **_KITCHEN}
    restaurant = (await staff.post("/restaurants", body)).json()
    path = f"/restaurants/{restaurant['id']}/menu/items"
    item = (await staff.post(path, {"name": "Kerguelen cabbage", "price": money(DISH)})).json()
    await enlisted(courier, _PLACE)
    return Helpdesk(
        diner=Diner(staff, customer, restaurant["id"], item["id"]),
        courier=courier,
        money=await people.join(Role.SUPPORT),
        second=await people.join(Role.SUPPORT),
        act=await _with(people, Right.ACT),
        read=await _with(people, Right.READ),
    )


async def _with(people: People, right: Right) -> Person:
    person = await people.join(Role.SUPPORT)
    await people.accounts.set_support_right(UUID(person.id), right)
    return person

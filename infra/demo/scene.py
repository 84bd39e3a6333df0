"""What a scenario plays with: people who order, a kitchen that decides, a process that dies."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from infra.demo.client import Person
from infra.demo.orders import LOOK_EVERY, PATIENCE, Astray, FollowedOrder
from infra.demo.sandbox import Sandbox
from infra.demo.seed import SORANU, Dish, Town
from infra.demo.story import Story
from infra.stack.stack import Stack

_DOOR = {"line1": "Togo Street 7", "city": "Addis Ababa", "lat": 9.0130, "lon": 38.7690}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`orders`: every order that was acknowledged, in the order of their answers."""

    town: Town
    sandbox: Sandbox
    story: Story
    stack: Stack
    orders: list[FollowedOrder] = field(default_factory=list)

    def dish(self, name: str) -> Dish:
        return self.town.kitchen.menu[name]

    async def place(
        self, customer: Person, *dishes: Dish, quantity: int = 1, card: str = "pm_card_visa"
    ) -> FollowedOrder:
        """`quantity` of each dish. Raises Refused where the API knows at once that it can't be."""
        wanted = " and ".join(f"{quantity} × {dish.name}" for dish in dishes)
        self.story.say(customer.name, f"orders {wanted} at {SORANU.name}.")
        before = await self.sandbox.last_sequence()
        body = order_body(self.town, *dishes, quantity=quantity, card=card)
        answer = await customer.post("/orders", body, key=str(uuid4()))
        order = FollowedOrder(
            id=answer["id"], customer=customer, story=self.story, moments={"before": before}
        )
        self.orders.append(order)
        return order

    async def note_money(self, order: FollowedOrder, moment: str) -> None:
        order.moments[moment] = await self.sandbox.last_sequence()

    async def accept(self, order: FollowedOrder, *, without: Dish | None = None) -> None:
        await self.note_money(order, "while the kitchen decides")
        self.story.say(SORANU.name, f"accepts, without {without.name}." if without else "accepts.")
        body = {"unavailable_item_ids": [without.id] if without else []}
        await self.town.owner.post(f"/orders/{order.id}/accept", body)
        await order.is_paid()

    async def cook(self, order: FollowedOrder) -> None:
        """Cooking begins, and couriers are asked."""
        self.story.say(SORANU.name, "starts to cook.")
        await self.town.owner.post(f"/orders/{order.id}/preparing")
        await self._is_offered(order)
        self.story.say(self.town.courier.name, "claims the delivery.")
        await self._carry(order, "claim")
        self.story.say(SORANU.name, "is done.")
        await self.town.owner.post(f"/orders/{order.id}/ready")

    async def pick_up(self, order: FollowedOrder) -> None:
        self.story.say(self.town.courier.name, "picks the food up.")
        await self._carry(order, "pick-up")

    async def hand_over(self, order: FollowedOrder) -> None:
        self.story.say(self.town.courier.name, "rings the bell.")
        await self._carry(order, "deliver")

    async def find_nobody(self, order: FollowedOrder) -> None:
        reason = "Nobody opens, nobody answers the phone"
        self.story.say(self.town.courier.name, f"gives up: “{reason}”")
        await self._carry(order, "fail", {"reason": reason})

    async def reject(self, order: FollowedOrder, *, reason: str) -> None:
        await self.note_money(order, "while the kitchen decides")
        self.story.say(SORANU.name, f"rejects: “{reason}”")
        await self.town.owner.post(f"/orders/{order.id}/reject", {"reason": reason})

    async def cancel(self, order: FollowedOrder, *, reason: str) -> None:
        self.story.say(order.customer.name, f"cancels: “{reason}”")
        await order.customer.post(f"/orders/{order.id}/cancel", {"reason": reason})

    async def authenticate(self, order: FollowedOrder) -> None:
        payment = await order.customer.get(f"/orders/{order.id}/payment")
        self.story.say(order.customer.name, "confirms it in the bank's app; the bank tells us.")
        await self.sandbox.authenticate(payment["client_secret"], outcome="succeeded")

    async def bank_holds_money_of(self, order: FollowedOrder) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self.sandbox.entries(order.id):  # noqa: ASYNC110 It tells nobody.
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise Astray("The bank was never asked for the money.") from None
        self.story.say("The bank", "holds the money; its answer does not come.")

    async def kill_payments_worker(self) -> None:
        self.story.say("kill -9", "ends the payments worker while it waits for the answer.")
        self.stack.kill("payments")
        await self.stack.wait_ready("payments")

    async def _is_offered(self, order: FollowedOrder) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while order.id not in await self._offers():  # noqa: ASYNC110 It tells nobody.
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise Astray("The delivery was not offered to the courier.") from None

    async def _offers(self) -> list[str]:
        offers = await self.town.courier.get("/deliveries", limit=100)
        return [offer["order_id"] for offer in offers["items"]]

    async def _carry(self, order: FollowedOrder, verb: str, body: Any = None) -> None:
        await self.town.courier.post(f"/deliveries/{order.id}/{verb}", body)


def order_body(town: Town, *dishes: Dish, quantity: int, card: str) -> dict[str, Any]:
    return {
        "restaurant_id": town.kitchen.id,
        "items": [{"menu_item_id": dish.id, "quantity": quantity} for dish in dishes],
        "delivery_address": _DOOR,
        "payment_method": card,
        "if_unavailable": "drop",
    }

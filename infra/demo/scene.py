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
        self, customer: Person, dish: Dish, *, quantity: int = 1, card: str = "pm_card_visa"
    ) -> FollowedOrder:
        """Raises Refused where the API knows at once that it can't be."""
        self.story.say(customer.name, f"orders {quantity} × {dish.name} at {SORANU.name}.")
        before = await self.sandbox.last_sequence()
        body = order_body(self.town, dish, quantity=quantity, card=card)
        answer = await customer.post("/orders", body, key=str(uuid4()))
        order = FollowedOrder(
            id=answer["id"], customer=customer, story=self.story, moments={"before": before}
        )
        self.orders.append(order)
        return order

    async def note_money(self, order: FollowedOrder, moment: str) -> None:
        order.moments[moment] = await self.sandbox.last_sequence()

    async def accept(self, order: FollowedOrder) -> None:
        await self.note_money(order, "while the kitchen decides")
        self.story.say(SORANU.name, "accepts.")
        await self.town.owner.post(f"/orders/{order.id}/accept")
        await order.is_paid()

    async def reject(self, order: FollowedOrder, *, reason: str) -> None:
        await self.note_money(order, "while the kitchen decides")
        self.story.say(SORANU.name, f"rejects: “{reason}”")
        await self.town.owner.post(f"/orders/{order.id}/reject", {"reason": reason})

    async def cancel(self, order: FollowedOrder, *, reason: str) -> None:
        self.story.say(order.customer.name, f"cancels: “{reason}”")
        await order.customer.post(f"/orders/{order.id}/cancel", {"reason": reason})

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


def order_body(town: Town, dish: Dish, *, quantity: int, card: str) -> dict[str, Any]:
    return {
        "restaurant_id": town.kitchen.id,
        "items": [{"menu_item_id": dish.id, "quantity": quantity}],
        "delivery_address": _DOOR,
        "payment_method": card,
    }

"""People who write their word into every field that there is, on every way an order can go."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.support.bank import Bank
from tests.support.polling import seen
from tests.support.rest import Person, insist, money
from tests.support.town import Kitchen, Ordered, Town, go_to_work

# Far from every other kitchen of the tests, so that no courier of theirs comes.
PLACE = {"lat": -49.35, "lon": 70.22}
_BY_HAND = {"resolution": "paid_by_hand", "reference": "SEPA 2027-01-07/118"}


@dataclass(frozen=True, kw_only=True)
class Talkative:
    """`word` is all that any of them writes about an order. `second` agrees with `support`."""

    word: str
    vehicle: str
    town: Town
    bank: Bank
    customer: Person
    kitchen: Kitchen
    rider: Person
    support: Person
    second: Person

    async def live_through_everything(self) -> list[str]:
        """The ids of orders that have all ended, their money settled."""
        address = {"line1": self.word, "city": self.word, "instructions": self.word, **PLACE}
        saved = await self.customer.post("/me/addresses", {**address, "label": self.word})
        assert saved.status_code == 201, saved.text
        await go_to_work(self.rider, PLACE, vehicle=self.vehicle)
        ways = (self.delivered, self.lost, self.rejected, self.cancelled, self.cancelled_by_support)
        orders = [await self._order(address) for _ in ways]
        unrefundable = await self._order(address, payment_method="pm_sandbox_refundRefused")
        await asyncio.gather(
            *(way(order) for way, order in zip(ways, orders, strict=True)),
            self.paid_by_hand(unrefundable),
        )
        return [*(order.id for order in orders), unrefundable.id]

    # The ways.

    async def delivered(self, order: Ordered) -> None:
        """Then partly given back, and disputed."""
        await self._carried(order, "deliver")
        await order.until("delivered")
        await self._support(order, "refunds", liable="platform", amount=money(100))
        await self._refunded(order, "partial")
        await self._disputed(order)

    async def lost(self, order: Ordered) -> None:
        await self._carried(order, "fail", {"reason": self.word})
        await order.until("cancelled")
        await self._refunded(order, "full")

    async def rejected(self, order: Ordered) -> None:
        await order.reject(self.word)

    async def cancelled(self, order: Ordered) -> None:
        await order.accept()
        await order.until_paid("captured")
        await insist(lambda: self.customer.post(f"{order.path}/cancel", {"reason": self.word}))
        await self._refunded(order, "full")

    async def cancelled_by_support(self, order: Ordered) -> None:
        await self._support(order, "notes")
        await self._support(order, "resend-confirmation")
        await self._support(order, "cancel")
        await order.until("cancelled")

    async def paid_by_hand(self, order: Ordered) -> None:
        """Because its bank takes no refund, with a second person's word; and one of many."""
        await order.accept()
        await order.until_paid("captured")
        await self._support(order, "cancel")
        await self._refunded(order, "due")
        asked = {"action": "resolve_refund", "order_id": order.id, "request": _BY_HAND}
        approval = await self._asks(self.support, "/support/approvals", asked)
        await self._asks(self.second, f"/support/approvals/{approval['id']}/approve")
        await self._refunded(order, "full")
        await self._noted_among_many(order)

    # Their steps.

    async def _order(self, address: dict[str, Any], **given: Any) -> Ordered:
        line = {"menu_item_id": self.kitchen.item_id, "quantity": 2, "note": self.word}
        order = await self.town.order(
            self.customer, self.kitchen, items=[line], delivery_address=address, **given
        )
        await order.until("confirmed")
        return order

    async def _carried(self, order: Ordered, end: str, body: Any = None) -> None:
        await order.accept()
        for step in ("preparing", "ready"):
            await self._staff(order, step)
        await self._rider(order, "claim")
        await order.until("ready")
        await self._rider(order, "pick-up")
        await order.until("picked_up")
        await self._rider(order, end, body)

    async def _staff(self, order: Ordered, verb: str) -> None:
        answer = await insist(lambda: self.kitchen.staff.post(f"{order.path}/{verb}"))
        assert answer.status_code == 200, answer.text

    async def _rider(self, order: Ordered, verb: str, body: Any = None) -> None:
        """As soon as it can be done."""

        async def done() -> bool:
            path = f"/deliveries/{order.id}/{verb}"
            return (await self.rider.post(path, body)).status_code == 200

        await seen(done, bool)

    async def _support(self, order: Ordered, action: str, **body: Any) -> None:
        await self._asks(self.support, f"/support{order.path}/{action}", body)

    async def _asks(self, who: Person, path: str, body: Any = None) -> dict[str, Any]:
        """What came of it."""
        key, asked = {"Idempotency-Key": uuid4().hex}, {"reason": self.word, **(body or {})}
        answer = await insist(lambda: who.post(path, asked, headers=key))
        assert answer.is_success, answer.text
        said: dict[str, Any] = answer.json()
        return said

    async def _noted_among_many(self, order: Ordered) -> None:
        asked = {"action": "add_note", "order_ids": [order.id]}
        many = await self._asks(self.support, "/support/bulk", asked)

        async def done() -> int:
            answer = await self.support.get(f"/support/bulk/{many['id']}")
            return int(answer.json()["done"])

        await seen(done, bool)

    async def _refunded(self, order: Ordered, how: str) -> None:
        await seen(order.read, lambda read: read["refund_status"] == how)

    async def _disputed(self, order: Ordered) -> None:
        """And won: the money came back."""
        dispute = await self.bank.dispute(await self.bank.intent(UUID(order.id)))

        async def known() -> list[str]:
            answer = await self.support.get(f"/support{order.path}")
            return [each["state"] for each in answer.json()["money"]["disputes"]]

        await seen(known, lambda states: states == ["open"])
        await self.bank.decide(dispute, "won")
        await seen(known, lambda states: states == ["won"])

"""An order that was acknowledged, followed from outside until it is where it should be."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

from domain.money import Money
from domain.orders import OrderStatus
from infra.client.models.entry_answer import EntryAnswer
from infra.client.models.order_answer import OrderAnswer
from infra.client.models.timeline import Timeline
from infra.demo.client import Person
from infra.demo.story import Story

# Longer than the payment step may take: a killed worker's order waits for its time limit.
PATIENCE = 40.0
LOOK_EVERY = 0.05


class Astray(Exception):
    """An order did not go where the scenario wanted it; the message says where it went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """What REST says of an order. Amounts in minor units; `why` is the reason of its ending.

    `kept` is what the customer of a cancelled order still pays, by agreement.
    """

    id: str
    status: OrderStatus
    total: Money
    held: int
    taken: int
    given_back: int
    why: str | None
    kept: int = 0

    @classmethod
    def of(cls, order: OrderAnswer) -> Self:
        ended = order.cancellation
        return cls(
            id=str(order.id),
            status=OrderStatus(order.status),
            total=Money(order.total.amount, order.total.currency),
            held=order.payment.authorized.amount,
            taken=order.payment.captured.amount,
            given_back=order.payment.refunded.amount,
            why=ended.reason if ended else None,
            kept=ended.kept.amount if ended and ended.kept else 0,
        )


@dataclass(slots=True, kw_only=True)
class FollowedOrder:
    """`moments`: what a moment is called, and how long the sandbox's ledger was then."""

    id: str
    customer: Person
    story: Story
    moments: dict[str, int] = field(default_factory=dict)
    _told: int = 0

    async def view(self) -> OrderView:
        answer = await self.customer.get(f"/orders/{self.id}")
        return OrderView.of(OrderAnswer.from_dict(answer))

    async def timeline(self) -> list[EntryAnswer]:
        answer = await self.customer.get(f"/orders/{self.id}/timeline")
        return Timeline.from_dict(answer).items

    async def reaches(self, *statuses: OrderStatus) -> OrderStatus:
        """Raises Astray where it ends otherwise, or is not there in time."""
        return (await self._until(lambda order: order.status in statuses)).status

    async def is_paid(self) -> None:
        await self._until(lambda order: order.taken == order.total.amount)

    async def is_refunded(self) -> None:
        await self._until(lambda order: order.given_back == order.taken > 0)

    async def _until(self, wanted: Callable[[OrderView], bool]) -> OrderView:
        """Looks on and tells what happens meanwhile."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    order = await self.view()
                    await self._tell_news()
                    if wanted(order):
                        return order
                    if order.status.is_final and order.given_back == order.taken:
                        raise Astray(f"The order ended as {order.status}: {order.why}")
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise Astray(f"Nothing came of the order within {PATIENCE:.0f} s.") from None

    async def _tell_news(self) -> None:
        entries = await self.timeline()
        for entry in entries[self._told :]:
            self.story.happened(
                entry.at, f"{self.customer.name}'s order", entry.detail or entry.event
            )
        self._told = len(entries)

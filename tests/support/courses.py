"""Orders that went some way, drawn by chance: all that their rows and events can say."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any
from uuid import UUID, uuid4

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.orders import Actor, OrderStatus, Revision, step_key
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.progress import RecordCourier, RecordDelay
from tests.support.builders import a_line, a_payment, a_quote
from tests.support.ordering import OUT_OF_DOUGH, a_move, a_payment_of, a_recorded_order

HELD = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300, version=1)
TAKEN = a_payment(PaymentStatus.CAPTURED, captured=2_300, version=2)
OWED = replace(TAKEN, refund_status=RefundStatus.DUE, version=3)
BACK = a_payment(
    PaymentStatus.REFUNDED,
    captured=2_300,
    refunded=2_300,
    refund_status=RefundStatus.FULL,
    version=4,
)
PROMISE = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


# Transactions at once: the pool has room for them.
_AT_ONCE = 6


class Courses:
    """Of as many orders as one likes. The same seed draws the same; ids and times are new."""

    def __init__(self, ordering: Database, seed: int) -> None:
        self._orders = OrderRepository(ordering)
        self._writings = WritingRepository(ordering)
        self._chances = (Random(f"{seed}:{number}") for number in count())  # noqa: S311 - No secret.

    async def orders(self, wanted: int) -> None:
        ahead = iter(range(wanted))

        async def go() -> None:
            for _ in ahead:
                await self.an_order()

        await asyncio.gather(*(go() for _ in range(_AT_ONCE)))

    async def an_order(self) -> UUID:
        """One that was delivered, ended earlier, or is still on its way."""
        course = self._course()
        ways = [course.delivered, course.cancelled, course.refused, course.confirmed]
        await course.begin()
        await course.chance.choice(ways)()
        return course.order_id

    async def a_delivered_order(self) -> UUID:
        course = self._course()
        await course.begin()
        await course.delivered()
        return course.order_id

    def _course(self) -> "_Course":
        return _Course(orders=self._orders, writings=self._writings, chance=next(self._chances))


@dataclass(frozen=True, kw_only=True)
class _Course:
    orders: OrderRepository
    writings: WritingRepository
    chance: Random
    order_id: UUID = field(default_factory=uuid4)

    async def begin(self) -> None:
        lines = [a_line(name=f"Dish {number}") for number in range(self.chance.randint(1, 3))]
        await a_recorded_order(self.orders, self.writings, order_id=self.order_id, lines=lines)

    async def confirmed(self) -> None:
        await self._move(OrderStatus.RESERVED)
        await self._move(OrderStatus.CONFIRMED, payment=HELD)
        if self._perhaps():
            late = RecordDelay(minutes=5, ready_by=None, **self._step("late"))
            await self.orders.record_delay(late)

    async def delivered(self) -> None:
        await self._accepted()
        carriers: list[UUID | None] = [uuid4(), None, uuid4()] if self._perhaps() else [uuid4()]
        for number, courier_id in enumerate(carriers):
            step = self._step(f"courier:{number}")
            await self.orders.record_courier(RecordCourier(courier_id=courier_id, **step))
        way = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.PICKED_UP)
        for status in (*way, OrderStatus.DELIVERED):
            await self._move(status)

    async def cancelled(self) -> None:
        """After the money was taken: what becomes of that comes later."""
        await self._accepted()
        remark_id = await self.writings.keep_remark(
            order_id=self.order_id, actor=Actor.CUSTOMER, account_id=uuid4(), text="I must run."
        )
        why = replace(OUT_OF_DOUGH, remark_id=remark_id)
        await self._move(OrderStatus.CANCELLED, cancellation=why, refund_handed_on=True)
        for payment in self.chance.choice([[], [BACK], [OWED, BACK], [OWED]]):
            await self._pay(payment)

    async def refused(self) -> None:
        if self._perhaps():
            await self.confirmed()
            await self._move(OrderStatus.REJECTED)
        else:
            await self._move(OrderStatus.RESERVED)
            await self._move(OrderStatus.PAYMENT_FAILED)

    async def _accepted(self) -> None:
        await self.confirmed()
        revision = None
        if self._perhaps():
            lines = [a_line(name="Burrata", unavailable=True), a_line(name="Margherita")]
            revision = Revision(lines=lines, quote=a_quote(1_300))
        await self._move(OrderStatus.ACCEPTED, revision=revision, ready_by=PROMISE)
        await self._pay(TAKEN)

    async def _move(self, status: OrderStatus, **given: Any) -> None:
        await self.orders.advance(a_move(self.order_id, status, **given))

    async def _pay(self, payment: OrderPayment) -> None:
        about = a_payment_of(self.order_id, str(payment.version), payment)
        await self.orders.record_payment(about)

    def _step(self, name: str) -> dict[str, Any]:
        return {"order_id": self.order_id, "key": step_key(self.order_id, name)}

    def _perhaps(self) -> bool:
        return self.chance.random() < 0.5

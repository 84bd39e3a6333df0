"""Orders that are followed by one look at the tables for all of them, and lives to lead over REST.

A look at each order over REST, ten times a second, would cost more than the orders do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from infra.demo.sandbox import Sandbox
from tests.support.polling import seen
from tests.support.rest import Person, insist
from tests.support.town import Kitchen

_LOOK_EVERY = 0.2
_ASKS = 5
_ASK_AGAIN = 1
_ORDERS = """
SELECT o.id, o.status, o.captured, o.refunded, o.refund_status, o.courier_id, d.state AS delivery
FROM ordering.orders o LEFT JOIN delivery.deliveries d ON d.order_id = o.id
WHERE o.id = ANY(%s)
"""


@dataclass(kw_only=True)
class Watch:
    """What the tables say of the orders: `rows` by id."""

    postgres: AsyncConnection[DictRow]
    ids: list[UUID]
    rows: dict[UUID, dict[str, Any]] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Until it is cancelled."""
        while True:
            cursor = await self.postgres.execute(_ORDERS, (self.ids,))
            self.rows = {row["id"]: row for row in await cursor.fetchall()}
            await asyncio.sleep(_LOOK_EVERY)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """One order, and those who may do something about it."""

    order_id: UUID
    watch: Watch
    customer: Person
    kitchen: Kitchen
    couriers: tuple[Person, Person]
    support: Person
    sandbox: Sandbox
    # Seconds for each step.
    patience: float = 200

    @property
    def row(self) -> dict[str, Any]:
        return self.watch.rows.get(self.order_id, {})

    async def sees(self, **wanted: object) -> None:
        """Return when the row says so."""

        async def look() -> dict[str, Any]:
            return self.row

        def there(row: dict[str, Any]) -> bool:
            return all(row.get(name) == value for name, value in wanted.items())

        await seen(look, there, seconds=self.patience, pause=_LOOK_EVERY)

    async def moves(self) -> tuple[str, ...]:
        """How its money moved, the oldest first."""
        entries = await self.sandbox.entries(str(self.order_id))
        return tuple(entry.kind.value for entry in entries)

    async def gets(self, column: str) -> None:
        """Return when there is something in the column."""

        async def look() -> dict[str, Any]:
            return self.row

        await seen(look, lambda row: row.get(column), seconds=self.patience, pause=_LOOK_EVERY)

    async def do(
        self, who: Person, verb: str, body: Any = None, *, of: str = "orders", key: str = ""
    ) -> None:
        """Under the key, where there is one.

        A conflict is what is asked too early, and asked again: the order's row is a moment ahead
        of its workflow. Or it has moved on: who asked before may not have heard that it worked.
        """
        path = f"/{of}/{self.order_id}/{verb}"
        headers = {"Idempotency-Key": key} if key else {}
        for _ in range(_ASKS):
            answer = await insist(
                lambda: who.post(path, body, headers=headers), seconds=self.patience
            )
            if answer.status_code == 200:
                return
            assert answer.status_code == 409, answer.text
            await asyncio.sleep(_ASK_AGAIN)

    # What they do.

    async def confirm_the_payment(self) -> None:
        await self.sees(status="payment_action_required")
        payment = await insist(lambda: self.customer.get(f"/orders/{self.order_id}/payment"))
        await self.sandbox.authenticate(payment.json()["client_secret"], outcome="succeeded")
        await self.do(self.customer, "payment/return")

    async def cancel(self) -> None:
        await self.do(self.customer, "cancel")

    async def is_paid(self) -> None:
        await self.gets("captured")

    async def cook(self) -> None:
        await self.is_paid()
        await self.do(self.kitchen.staff, "preparing")

    async def ready(self) -> None:
        await self.sees(status="preparing")
        await self.do(self.kitchen.staff, "ready")

    async def claim(self, courier: Person) -> None:
        await self.sees(delivery="offered")
        await self.do(courier, "claim", of="deliveries")
        await self.sees(delivery="assigned")

    async def pick_up(self, courier: Person) -> None:
        """Who comes too early is refused, and asks again."""
        while self.row["delivery"] != "picked_up":
            await self.do(courier, "pick-up", of="deliveries")
            await asyncio.sleep(_LOOK_EVERY)
        await self.sees(status="picked_up")


@dataclass(frozen=True, kw_only=True)
class GuestLife:
    """`moves` are the movements of money that are to be in the sandbox's ledger then."""

    people: Callable[[Guest], Awaitable[None]]
    status: str
    moves: tuple[str, ...]
    card: str = "pm_card_visa"
    auto_accept: bool = True
    dishes: int = 1


async def _cancel_early(guest: Guest) -> None:
    await guest.sees(status="confirmed")
    await guest.cancel()


async def _confirm_and_cancel(guest: Guest) -> None:
    await guest.confirm_the_payment()
    await _cancel_early(guest)


async def _cancel_when_paid(guest: Guest) -> None:
    await guest.is_paid()
    await guest.cancel()


async def _accept_without_one(guest: Guest) -> None:
    await guest.sees(status="confirmed")
    items = await insist(lambda: guest.customer.get(f"/orders/{guest.order_id}"))
    second = next(
        line["menu_item_id"]
        for line in items.json()["items"]
        if line["menu_item_id"] != guest.kitchen.item_id
    )
    await guest.do(guest.kitchen.staff, "accept", {"unavailable_item_ids": [second]})


async def _go_without_one(guest: Guest) -> None:
    await _accept_without_one(guest)
    await _cancel_when_paid(guest)


async def _be_paid_back_for_one(guest: Guest) -> None:
    await _accept_without_one(guest)
    await guest.gets("refunded")
    await guest.cancel()


async def _eat(guest: Guest) -> None:
    courier, _ = guest.couriers
    await guest.cook()
    await guest.claim(courier)
    await guest.gets("courier_id")
    await guest.ready()
    await guest.sees(status="ready")
    await guest.pick_up(courier)
    await guest.do(courier, "deliver", of="deliveries")


async def _change_the_courier(guest: Guest) -> None:
    first, second = guest.couriers
    await guest.cook()
    await guest.claim(first)
    await guest.do(first, "release", of="deliveries")
    await guest.claim(second)
    await guest.ready()
    await guest.sees(status="ready")
    await guest.pick_up(second)
    await guest.do(second, "deliver", of="deliveries")


async def _find_nobody_home(guest: Guest) -> None:
    courier, _ = guest.couriers
    await guest.cook()
    await guest.claim(courier)
    await guest.ready()
    await guest.sees(status="ready")
    await guest.pick_up(courier)
    await guest.do(courier, "fail", {"reason": "Nobody opens"}, of="deliveries")


async def _call_it_off(guest: Guest) -> None:
    await guest.cook()
    await guest.claim(guest.couriers[0])
    await guest.do(guest.support, "cancel", {"reason": "A fire"}, of="support/orders")


_VOIDED = ("authorized", "voided")
_PAID = ("authorized", "captured")
_REFUNDED = (*_PAID, "refunded")

CANCELS_EARLY = GuestLife(
    people=_cancel_early, status="cancelled", moves=_VOIDED, auto_accept=False
)
CONFIRMS = GuestLife(
    people=_confirm_and_cancel,
    status="cancelled",
    moves=_VOIDED,
    card="pm_card_authenticationRequired",
    auto_accept=False,
)
CANCELS_WHEN_PAID = GuestLife(people=_cancel_when_paid, status="cancelled", moves=_REFUNDED)
GOES_WITHOUT = GuestLife(
    people=_go_without_one,
    status="cancelled",
    moves=("authorized", "captured", "voided", "refunded"),
    auto_accept=False,
    dishes=2,
)
PAID_AT_ONCE = GuestLife(
    people=_be_paid_back_for_one,
    status="cancelled",
    moves=(*_REFUNDED, "refunded"),
    card="pm_sandbox_capturedAtOnce",
    auto_accept=False,
    dishes=2,
)
EATS = GuestLife(people=_eat, status="delivered", moves=_PAID)
CHANGES_COURIER = GuestLife(people=_change_the_courier, status="delivered", moves=_PAID)
NOBODY_HOME = GuestLife(people=_find_nobody_home, status="cancelled", moves=_REFUNDED)
IS_CALLED_OFF = GuestLife(people=_call_it_off, status="cancelled", moves=_REFUNDED)

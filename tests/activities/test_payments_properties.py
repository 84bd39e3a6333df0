"""Any order of activities, faults and deaths: the money stays one order's money.

What an example does is drawn: activities in any order, some at once, with Stripe failing under
them or the worker dying after Stripe acted. Then the weather turns good, and the order ends: it
is undone, as every order that ends without food is, or only what was promised is given back.
Our ledger then says what the bank's says.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

import httpx
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.payments import PaymentRepository
from adapters.stripe.gateway import StripeGateway
from domain.errors import DomainError, RefundExceedsCaptured
from domain.refunds import RefundPart, RefundState
from tests.support.bank import Bank
from tests.support.payment_events import untold
from tests.support.payments import WEATHER, Books, Interposed, OrderMoney, insist

CALLS = ["create_customer", "attach", "authorize", "authorization", "capture", "cancel", "refund"]
METHODS = [
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_chargeCustomerFail",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequiredOnSetup",
    "pm_sandbox_captureFails",
    "pm_sandbox_capturedAtOnce",
    "pm_sandbox_refundFailsOnce",
    "pm_card_pendingRefund",
]
FAULTS = ["rate_limit", "error_before", "error_after", "reset_after"]
PARTS = {"small": 300, "large": 1_500, "huge": 2_000}
UNDOS = {"void", "refund"}
ACTIVITIES = ["authorize", "again", "check", "capture", *UNDOS, *PARTS, "refresh"]
# How far an order was before anything goes wrong. Most goes wrong once there is money.
_TAKEN = ["authorize", "authenticates", "check", "capture"]
BEGINNINGS = [[], ["authorize"], _TAKEN, _TAKEN]
BY_THE_BANK = ["authenticates", "refuses", "settles"]


class Killed(Exception):
    """The worker is gone at this point."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """Activities at once, with what goes wrong meanwhile: a fault, or a death after a call."""

    activities: list[str]
    fault: str | None
    killed_after: str | None


MOVES = st.builds(
    Move,
    activities=st.lists(st.sampled_from(ACTIVITIES + BY_THE_BANK), min_size=1, max_size=3),
    fault=st.none() | st.sampled_from(FAULTS),
    killed_after=st.none() | st.sampled_from(CALLS),
)


@dataclass(kw_only=True)
class Play:
    """One example on real servers. `promised` are the parts that were, in minor units."""

    payments: PaymentRepository
    gateway: StripeGateway
    bank: Bank
    books: Books
    method: str
    money: OrderMoney = field(default_factory=OrderMoney)
    begun: bool = False
    undone: bool = False
    promised: dict[str, int] = field(default_factory=dict)

    async def begin(self, names: Sequence[str]) -> None:
        """In good weather."""
        for name in names:
            await self.move(Move(activities=[name], fault=None, killed_after=None))

    async def move(self, move: Move) -> None:
        if move.fault:
            await self.bank.fail(move.fault, "/v1/*")
        interposed = Interposed(self.gateway)
        if move.killed_after:
            interposed.after[move.killed_after] = killed
        gateway = cast("StripeGateway", interposed)
        await asyncio.gather(*(self.attempt(gateway, name) for name in self._in_order(move)))
        await self.bank.recover()

    async def attempt(self, gateway: StripeGateway, name: str) -> None:
        worker = PaymentActivities(self.payments, gateway)
        attempts: dict[str, Callable[[], Awaitable[object]]] = {
            "authorize": lambda: worker.authorize_payment(self.money.authorize(self.method)),
            "again": lambda: worker.authorize_payment(self.money.authorize(self.method, n=2)),
            "check": lambda: worker.check_payment(self.money.check()),
            "capture": lambda: worker.capture_payment(self.money.capture()),
            "void": lambda: worker.void_payment(self.money.void(authorizations=2)),
            "refund": lambda: worker.refund_payment(self.money.refund()),
            "refresh": lambda: worker.refresh_payment(self.money.refresh()),
            "authenticates": lambda: self._bank_says("succeeded"),
            "refuses": lambda: self._bank_says("failed"),
            "settles": lambda: self.bank.advance_clock(6),
        }
        self.undone = self.undone or name in UNDOS
        with suppress(DomainError, Killed, *WEATHER):
            if name in PARTS:
                await self._part(RefundActivities(self.payments, gateway), name)
            else:
                await attempts[name]()

    async def ends_without_food(self) -> None:
        worker = PaymentActivities(self.payments, self.gateway)
        attempt = 1
        refund = await insist(worker.refund_payment, self.money.refund())
        await insist(worker.void_payment, self.money.void(authorizations=2))
        while refund.state is not RefundState.SUCCEEDED:
            attempt += refund.state is RefundState.FAILED
            assert attempt <= 9, "the refund does not get through"
            await self.bank.advance_clock(6)
            refund = await insist(worker.refund_payment, self.money.refund(attempt))

    async def gives_back_what_it_promised(self) -> None:
        worker = RefundActivities(self.payments, self.gateway)
        for name in self.promised:
            attempt, state = 1, RefundState.PENDING
            while state is not RefundState.SUCCEEDED:
                await self.bank.advance_clock(6)
                part = self.money.part(PARTS[name], name, attempt=attempt)
                state = (await insist(worker.refund_part, part)).state
                attempt += state is RefundState.FAILED
                assert attempt <= 9, "the refund does not get through"

    async def row(self) -> tuple[int, int, int]:
        payment = await self.payments.find(self.money.order_id)
        if payment is None:
            return 0, 0, 0
        now = payment.standing
        return now.authorized.amount, now.captured.amount, now.refunded.amount

    async def is_posted(self) -> None:
        """At any time the books say what the rows say."""
        _, captured, refunded = await self.row()
        books = await self.books.of(self.money)
        assert books.get("psp", 0) == captured - refunded
        assert 0 <= -books.get("refunds_due", 0) <= captured - refunded

    def _in_order(self, move: Move) -> list[str]:
        """Without what a workflow never does: hold again before, or while, it holds at first."""
        names = set(move.activities)
        first = "authorize" in names
        allowed = names - ({"again", "check"} if first or not self.begun else set())
        self.begun = self.begun or first
        return sorted(allowed)

    async def _bank_says(self, outcome: str) -> None:
        for intent in await self.bank.intents(self.money.order_id):
            # Refused where the bank has said something else already.
            with suppress(httpx.HTTPStatusError):
                await self.bank.authenticate(intent, outcome)

    async def _part(self, worker: RefundActivities, name: str) -> None:
        part: RefundPart = self.money.part(PARTS[name], name)
        await worker.plan_refund(part)
        self.promised[name] = PARTS[name]
        await worker.refund_part(part)


async def killed() -> None:
    raise Killed


SETTINGS = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@SETTINGS
@given(
    method=st.sampled_from(METHODS),
    beginning=st.sampled_from(BEGINNINGS),
    moves=st.lists(MOVES, max_size=8),
)
async def test_money_is_taken_at_most_once_and_given_back_as_agreed(
    payments_database: Database,
    payments: PaymentRepository,
    gateway: StripeGateway,
    bank: Bank,
    books: Books,
    method: str,
    beginning: list[str],
    moves: list[Move],
) -> None:
    play = Play(payments=payments, gateway=gateway, bank=bank, books=books, method=method)
    order_id, amount = play.money.order_id, play.money.amount.amount
    await play.begin(beginning)
    for move in moves:
        await play.move(move)
        held, captured, refunded = await bank.standing(order_id)
        assert captured in {0, amount}
        assert 0 <= refunded <= captured
        assert 0 <= held <= amount
        await play.is_posted()
        assert await untold(payments_database, order_id) == []
    is_eaten = bool(play.promised) and not play.undone
    for _ in range(2):
        # The bank may return a refund after its end: whoever looks again makes it anew.
        await (play.gives_back_what_it_promised() if is_eaten else play.ends_without_food())
        await bank.advance_clock(6)
    held, captured, refunded = await bank.standing(order_id)
    agreed = sum(play.promised.values()) if is_eaten else captured
    event(f"captured: {captured > 0}, agreed: {agreed > 0}, undone: {play.undone}")
    assert (held, refunded) == (0, agreed)
    assert await play.row() == (held, captured, refunded)
    assert await untold(payments_database, order_id) == []
    kept = captured - refunded
    expected = {"psp": kept, "customer": -kept} if kept else {}
    assert await books.of(play.money) == expected
    kinds = [kind for kind, _ in await bank.movements(order_id)]
    assert kinds.count("authorized") <= 2
    assert kinds.count("captured") <= 1


@SETTINGS
@given(amounts=st.lists(st.integers(1, 2_300), min_size=2, max_size=6))
async def test_parts_that_race_never_get_the_same_money(
    payments: PaymentRepository,
    gateway: StripeGateway,
    bank: Bank,
    books: Books,
    amounts: list[int],
) -> None:
    money = OrderMoney()
    worker = PaymentActivities(payments, gateway)
    await worker.authorize_payment(money.authorize())
    await worker.capture_payment(money.capture())
    refunds = RefundActivities(payments, gateway)

    async def ask(number: int, amount: int) -> bool:
        try:
            await insist(refunds.refund_part, money.part(amount, str(number)))
        except RefundExceedsCaptured:
            return False
        return True

    made = await asyncio.gather(*(ask(number, each) for number, each in enumerate(amounts)))
    promised = sum(amount for amount, is_made in zip(amounts, made, strict=True) if is_made)
    assert await bank.standing(money.order_id) == (0, 2_300, promised)
    left = 2_300 - promised
    refused = [amount for amount, is_made in zip(amounts, made, strict=True) if not is_made]
    assert all(amount > left for amount in refused)
    assert await books.of(money) == ({"psp": left, "customer": -left} if left else {})

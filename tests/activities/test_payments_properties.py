"""Any order of activities, faults and deaths: the money stays one order's money.

What an example does is drawn: activities in any order, some at once, with Stripe failing under
them or the worker dying after Stripe acted. Then the weather turns good and the order is undone,
as every order that ends without food is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.payments import PaymentActivities
from adapters.postgres.payments.payments import PaymentRepository
from adapters.stripe.gateway import StripeGateway
from domain.errors import DomainError
from domain.payments import RefundState
from tests.support.bank import Bank
from tests.support.payments import WEATHER, Interposed, OrderMoney, insist

CALLS = ["create_customer", "attach", "authorize", "capture", "cancel", "refund"]
METHODS = [
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_chargeCustomerFail",
    "pm_sandbox_captureFails",
    "pm_card_pendingRefund",
]
FAULTS = ["rate_limit", "error_before", "error_after", "reset_after"]


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
    activities=st.lists(
        st.sampled_from(["authorize", "capture", "void", "refund"]), min_size=1, max_size=3
    ),
    fault=st.none() | st.sampled_from(FAULTS),
    killed_after=st.none() | st.sampled_from(CALLS),
)


@dataclass(frozen=True, kw_only=True)
class Play:
    """One example on real servers."""

    payments: PaymentRepository
    gateway: StripeGateway
    bank: Bank
    money: OrderMoney
    method: str

    async def move(self, move: Move) -> None:
        if move.fault:
            await self.bank.fail(move.fault, "/v1/*")
        interposed = Interposed(self.gateway)
        if move.killed_after:
            interposed.after[move.killed_after] = killed
        worker = PaymentActivities(self.payments, cast("StripeGateway", interposed))
        await asyncio.gather(*(self.attempt(worker, name) for name in move.activities))
        await self.bank.recover()

    async def attempt(self, worker: PaymentActivities, name: str) -> None:
        attempts: dict[str, Callable[[], Awaitable[object]]] = {
            "authorize": lambda: worker.authorize_payment(self.money.authorize(self.method)),
            "capture": lambda: worker.capture_payment(self.money.capture()),
            "void": lambda: worker.void_payment(self.money.void()),
            "refund": lambda: worker.refund_payment(self.money.refund()),
        }
        with suppress(DomainError, Killed, *WEATHER):
            await attempts[name]()

    async def ends_without_food(self) -> None:
        worker = PaymentActivities(self.payments, self.gateway)
        refund = await insist(worker.refund_payment, self.money.refund())
        await insist(worker.void_payment, self.money.void())
        if refund.state is RefundState.PENDING:
            await self.bank.advance_clock(6)
            refund = await insist(worker.refund_payment, self.money.refund())
        assert refund.state is RefundState.SUCCEEDED

    async def row(self) -> tuple[int, int, int]:
        payment = await self.payments.find(self.money.order_id)
        if payment is None:
            return 0, 0, 0
        now = payment.standing
        return now.authorized.amount, now.captured.amount, now.refunded.amount


async def killed() -> None:
    raise Killed


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(method=st.sampled_from(METHODS), moves=st.lists(MOVES, max_size=6))
async def test_money_is_taken_at_most_once_and_all_given_back(
    payments: PaymentRepository,
    gateway: StripeGateway,
    bank: Bank,
    method: str,
    moves: list[Move],
) -> None:
    money = OrderMoney()
    play = Play(payments=payments, gateway=gateway, bank=bank, money=money, method=method)
    for move in moves:
        await play.move(move)
        held, captured, refunded = await bank.standing(money.order_id)
        assert captured in {0, money.amount.amount}
        assert 0 <= refunded <= captured
        assert 0 <= held <= money.amount.amount
    await play.ends_without_food()
    held, captured, refunded = await bank.standing(money.order_id)
    assert (held, captured) == (0, refunded)
    assert await play.row() == (held, captured, refunded)
    kinds = [kind for kind, _ in await bank.movements(money.order_id)]
    assert kinds.count("authorized") <= 1
    assert kinds.count("captured") <= 1
    assert kinds.count("refunded") <= 1

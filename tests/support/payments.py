"""An order's money on real servers: its activities and its commands."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import pytest
import stripe

from activities.payments import PaymentActivities, RefundReturned
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.ledger import LedgerRepository
from adapters.postgres.payments.payments import PaymentRepository
from adapters.settings import DatabaseSettings, StripeSettings
from adapters.stripe.answers import KeySpent
from adapters.stripe.gateway import StripeGateway, connect
from domain.money import Money
from domain.orders import step_key
from domain.payments import (
    Authorization,
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    OrderPayment,
    PaymentStatus,
    RefreshPayment,
    RefundStatus,
    VoidPayment,
)
from domain.refunds import Liable, RefundPart, RefundPayment, RefundReason, RefundResult

Command = TypeVar("Command")
Result = TypeVar("Result")
Hook = Callable[[], Awaitable[object]]

AMOUNT = Money(2_300, "USD")
WEATHER = (stripe.StripeError, KeySpent, RefundReturned)


@dataclass(frozen=True, kw_only=True)
class OrderMoney:
    """The commands of one order, as its workflow makes them."""

    order_id: UUID = field(default_factory=uuid4)
    customer_id: UUID = field(default_factory=uuid4)
    amount: Money = AMOUNT

    def authorize(self, payment_method: str = "pm_card_visa", *, n: int = 1) -> AuthorizePayment:
        """The `n`th attempt to hold it."""
        return AuthorizePayment(
            order_id=self.order_id,
            key=self.authorization(n),
            customer_id=self.customer_id,
            amount=self.amount,
            payment_method=payment_method,
            again=n > 1,
        )

    def check(self) -> CheckPayment:
        return CheckPayment(order_id=self.order_id, key=self.authorization())

    def capture(self, amount: Money | None = None, *, n: int = 1) -> CapturePayment:
        key = self.key("capture" if n == 1 else f"capture:{n}")
        return CapturePayment(order_id=self.order_id, key=key, amount=amount or self.amount)

    def void(self, *, authorizations: int = 1) -> VoidPayment:
        return VoidPayment(
            order_id=self.order_id,
            key=self.key("void"),
            undoes=[self.authorization(n + 1) for n in range(authorizations)],
            currency=self.amount.currency,
        )

    def refund(self, attempt: int = 1, *, keep: int | None = None) -> RefundPayment:
        """Of everything, or of all but so many minor units."""
        return RefundPayment(
            order_id=self.order_id,
            key=self.key("refund"),
            undoes=self.key("capture"),
            currency=self.amount.currency,
            attempt=attempt,
            keep=Money(keep, self.amount.currency) if keep else None,
        )

    def part(self, amount: int, name: str = "part", *, attempt: int = 1) -> RefundPart:
        """Of minor units, for which the restaurant is liable."""
        return RefundPart(
            order_id=self.order_id,
            key=self.key(f"refund:{name}"),
            amount=Money(amount, self.amount.currency),
            liable=Liable.RESTAURANT,
            liable_account="restaurant:1",
            reason=RefundReason.SUPPORT,
            request_hash=f"{amount}",
            attempt=attempt,
        )

    def refresh(self) -> RefreshPayment:
        return RefreshPayment(order_id=self.order_id)

    def authorization(self, n: int = 1) -> str:
        return self.key("authorize" if n == 1 else f"authorize:{n}")

    def key(self, step: str) -> str:
        return step_key(self.order_id, step)


def standing(
    status: PaymentStatus,
    *,
    authorized: int = 0,
    captured: int = 0,
    refunded: int = 0,
    refund: RefundStatus = RefundStatus.NONE,
) -> OrderPayment:
    """In minor units of US dollars; of no version."""
    return OrderPayment(
        status=status,
        authorized=Money(authorized, "USD"),
        captured=Money(captured, "USD"),
        refunded=Money(refunded, "USD"),
        refund_status=refund,
    )


HELD = standing(PaymentStatus.AUTHORIZED, authorized=2_300)
WAITING = standing(PaymentStatus.REQUIRES_ACTION)
TAKEN = standing(PaymentStatus.CAPTURED, captured=2_300)
RETURNED = standing(
    PaymentStatus.REFUNDED, captured=2_300, refunded=2_300, refund=RefundStatus.FULL
)
NOTHING = standing(PaymentStatus.VOIDED)
DECLINED = standing(PaymentStatus.FAILED)


def plain(result: OrderPayment | Authorization | RefundResult) -> OrderPayment:
    """Where the money stands, without the version."""
    payment = result if isinstance(result, OrderPayment) else result.payment
    return replace(payment, version=0)


class Books:
    """Our own ledger, to be held against the bank's."""

    def __init__(self, ledger: LedgerRepository) -> None:
        self._ledger = ledger

    async def of(self, money: OrderMoney) -> dict[str, int]:
        """The balances that an order left, in minor units; without accounts that are even."""
        balances = await self._ledger.balances(money.order_id)
        return {each.account: each.amount.amount for each in balances if each.amount.amount}


class Interposed:
    """A gateway at which something else happens right before or after Stripe acts, once."""

    def __init__(self, gateway: StripeGateway) -> None:
        self._gateway = gateway
        self.before: dict[str, Hook] = {}
        self.after: dict[str, Hook] = {}

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        method = getattr(self._gateway, name)

        async def interposed(*given: Any, **named: Any) -> object:
            await self._happen(self.before, name)
            answer = await method(*given, **named)
            await self._happen(self.after, name)
            return answer

        return interposed

    async def _happen(self, hooks: dict[str, Hook], name: str) -> None:
        hook = hooks.pop(name, None)
        if hook:
            await hook()


async def insist(
    activity: Callable[[Command], Awaitable[Result]], command: Command, *, seconds: float = 10
) -> Result:
    """Try until the weather is good, as Temporal does."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await activity(command)
        except WEATHER:
            assert time.monotonic() < deadline, "the weather did not become good"
            await asyncio.sleep(0.02)


@pytest.fixture
async def gateway(account: StripeSettings) -> AsyncIterator[StripeGateway]:
    gateway = connect(account)
    yield gateway
    await gateway.close()


@pytest.fixture
async def payments_database(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.payments_dsn)
    yield database
    await database.close()


@pytest.fixture
def payments(payments_database: Database) -> PaymentRepository:
    return PaymentRepository(payments_database)


@pytest.fixture
def activities(payments: PaymentRepository, gateway: StripeGateway) -> PaymentActivities:
    return PaymentActivities(payments, gateway)


@pytest.fixture
def refunds(payments: PaymentRepository, gateway: StripeGateway) -> RefundActivities:
    return RefundActivities(payments, gateway)


@pytest.fixture
def books(payments_database: Database) -> Books:
    return Books(LedgerRepository(payments_database))


@pytest.fixture
def interposed(gateway: StripeGateway) -> Interposed:
    return Interposed(gateway)


@pytest.fixture
def slow_activities(payments: PaymentRepository, interposed: Interposed) -> PaymentActivities:
    """Activities of another worker, into which a test can put events."""
    return PaymentActivities(payments, cast("StripeGateway", interposed))


@pytest.fixture
def money() -> OrderMoney:
    return OrderMoney()

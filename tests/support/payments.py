"""An order's money on real servers: its activities, its commands, and Stripe's own ledger."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import httpx
import pytest
import stripe
from pydantic import SecretStr

from activities.payments import PaymentActivities, RefundReturned
from adapters.postgres.engine import Database
from adapters.postgres.payments.payments import PaymentRepository
from adapters.settings import DatabaseSettings, StripeSettings
from adapters.stripe.answers import KeySpent
from adapters.stripe.gateway import StripeGateway, connect
from domain.money import Money
from domain.orders import step_key
from domain.payments import AuthorizePayment, CapturePayment, RefundPayment, VoidPayment

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

    def authorize(self, payment_method: str = "pm_card_visa") -> AuthorizePayment:
        return AuthorizePayment(
            order_id=self.order_id,
            key=self.key("authorize"),
            customer_id=self.customer_id,
            amount=self.amount,
            payment_method=payment_method,
        )

    def capture(self, amount: Money | None = None) -> CapturePayment:
        return CapturePayment(
            order_id=self.order_id, key=self.key("capture"), amount=amount or self.amount
        )

    def void(self) -> VoidPayment:
        return VoidPayment(
            order_id=self.order_id,
            key=self.key("void"),
            undoes=self.key("authorize"),
            currency=self.amount.currency,
        )

    def refund(self, attempt: int = 1) -> RefundPayment:
        return RefundPayment(
            order_id=self.order_id,
            key=self.key("refund"),
            undoes=self.key("capture"),
            currency=self.amount.currency,
            attempt=attempt,
        )

    def key(self, step: str) -> str:
        return step_key(self.order_id, step)


class Bank:
    """The sandbox from outside: what moved, and what shall go wrong."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def movements(self, order_id: UUID) -> list[tuple[str, int]]:
        """(kind, minor units), oldest first."""
        answer = await self._http.get("/_ledger", params={"order_id": str(order_id)})
        return [(item["kind"], item["amount"]) for item in answer.json()["items"]]

    async def standing(self, order_id: UUID) -> tuple[int, int, int]:
        """What is held, was captured, and was given back and stayed back: minor units."""
        sums: dict[str, int] = {}
        for kind, amount in await self.movements(order_id):
            sums[kind] = sums.get(kind, 0) + amount
        captured = sums.get("captured", 0)
        gone = captured + sums.get("voided", 0) + sums.get("expired", 0)
        back = sums.get("refunded", 0) - sums.get("refund_failed", 0)
        return sums.get("authorized", 0) - gone, captured, back

    async def fail(self, fault: str, path: str, *, times: int = 1, milliseconds: int = 0) -> None:
        await self._control(
            "faults",
            {"fault": fault, "path": path, "times": times, "milliseconds": milliseconds},
        )

    async def settle(self, refund_id: str, status: str) -> None:
        await self._control(f"refunds/{refund_id}", {"status": status})

    async def advance_clock(self, seconds: int) -> None:
        await self._control("clock", {"advance_seconds": seconds})

    async def has_used_up_its_faults(self) -> None:
        """Return once nothing is left to go wrong."""

        async def used_up() -> bool:
            return not any(rule["remaining"] for rule in await self._faults())

        await _until(used_up)

    async def has_moved(self, order_id: UUID) -> None:
        """Return once the order's money moved for the first time."""

        async def moved() -> bool:
            return bool(await self.movements(order_id))

        await _until(moved)

    async def recover(self) -> None:
        (await self._http.delete("/_control/faults")).raise_for_status()

    async def _faults(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self._http.get("/_control/faults")).json()["items"]
        return items

    async def _control(self, what: str, body: dict[str, Any]) -> None:
        (await self._http.post(f"/_control/{what}", json=body)).raise_for_status()


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


async def _until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.005)


def stripe_settings(url: str, *, account: str | None = None) -> StripeSettings:
    """An account of its own, unless one is named; a short timeout, because some faults hang."""
    key = SecretStr(account or f"sk_test_{uuid4().hex}")
    return StripeSettings(secret_key=key, base_url=url, timeout=timedelta(seconds=1))


@pytest.fixture
async def bank(sandbox_url: str) -> AsyncIterator[Bank]:
    async with httpx.AsyncClient(base_url=sandbox_url) as http:
        bank = Bank(http)
        yield bank
        await bank.recover()


@pytest.fixture
async def gateway(sandbox_url: str) -> AsyncIterator[StripeGateway]:
    gateway = connect(stripe_settings(sandbox_url))
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
def interposed(gateway: StripeGateway) -> Interposed:
    return Interposed(gateway)


@pytest.fixture
def slow_activities(payments: PaymentRepository, interposed: Interposed) -> PaymentActivities:
    """Activities of another worker, into which a test can put events."""
    return PaymentActivities(payments, cast("StripeGateway", interposed))


@pytest.fixture
def money() -> OrderMoney:
    return OrderMoney()

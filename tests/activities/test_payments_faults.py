"""Stripe at its worst, and workers that die: one charge, and our row says what Stripe says."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from activities.payments import PaymentActivities
from adapters.settings import DatabaseSettings, StripeSettings
from domain.refunds import RefundState
from tests.support.bank import HANG_AFTER, HANG_BEFORE, Bank
from tests.support.payments import (
    HELD,
    NOTHING,
    RETURNED,
    TAKEN,
    WEATHER,
    Interposed,
    OrderMoney,
    insist,
    plain,
)

FAULTS = [
    "rate_limit",
    "error_before",
    "error_after",
    HANG_BEFORE,
    HANG_AFTER,
    "reset_after",
]


@pytest.fixture(params=FAULTS)
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestOneFaultAtEachRequest:
    @pytest.mark.parametrize(
        "path", ["/v1/customers", "/v1/payment_methods/*/attach", "/v1/payment_intents"]
    )
    async def test_holds_the_money_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str, path: str
    ) -> None:
        await bank.fail(fault, path)
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        assert plain(await insist(activities.authorize_payment, money.authorize())) == HELD
        assert await bank.movements(money.order_id) == [("authorized", 2_300)]

    async def test_takes_it_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await bank.fail(fault, "/v1/payment_intents/*/capture")
        with pytest.raises(WEATHER):
            await activities.capture_payment(money.capture())
        assert plain(await insist(activities.capture_payment, money.capture())) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_releases_it(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await bank.fail(fault, "/v1/payment_intents/*/cancel")
        with pytest.raises(WEATHER):
            await activities.void_payment(money.void())
        assert plain(await insist(activities.void_payment, money.void())) == NOTHING
        assert await bank.movements(money.order_id) == [("authorized", 2_300), ("voided", 2_300)]

    async def test_gives_it_back_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        await bank.fail(fault, "/v1/refunds")
        with pytest.raises(WEATHER):
            await activities.refund_payment(money.refund())
        result = await insist(activities.refund_payment, money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_releases_what_an_unanswered_authorization_holds(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await bank.fail(fault, "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        assert plain(await insist(activities.void_payment, money.void())) == NOTHING
        assert await bank.standing(money.order_id) == (0, 0, 0)

    @pytest.mark.hanging
    async def test_releases_it_when_closing_the_way_of_the_authorization_fails(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await bank.fail("hang_before", "/v1/payment_intents")
        await bank.fail(fault, "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        with pytest.raises(WEATHER):
            await activities.void_payment(money.void())
        assert plain(await insist(activities.void_payment, money.void())) == NOTHING
        assert await bank.movements(money.order_id) == []


class TestStoredServerErrors:
    async def test_are_left_behind_with_another_key_each(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await bank.fail("error_before", "/v1/*", times=7)
        assert plain(await insist(activities.authorize_payment, money.authorize())) == HELD
        assert await bank.movements(money.order_id) == [("authorized", 2_300)]


class Killed(Exception):
    """The worker is gone at this point."""


async def killed() -> None:
    raise Killed


class TestDeathBetweenStripeAndOurRecord:
    async def test_holds_takes_and_gives_back_once(
        self,
        activities: PaymentActivities,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
    ) -> None:
        async def dies_once(call: str, activity: Callable[[Any], Awaitable[Any]], of: Any) -> None:
            interposed.after[call] = killed
            with pytest.raises(Killed):
                await activity(of)

        await dies_once("authorize", slow_activities.authorize_payment, money.authorize())
        assert plain(await activities.authorize_payment(money.authorize())) == HELD
        await dies_once("capture", slow_activities.capture_payment, money.capture())
        assert plain(await activities.capture_payment(money.capture())) == TAKEN
        await dies_once("refund", slow_activities.refund_payment, money.refund())
        assert plain(await activities.refund_payment(money.refund())) == RETURNED
        assert await bank.movements(money.order_id) == [
            ("authorized", 2_300),
            ("captured", 2_300),
            ("refunded", 2_300),
        ]

    @pytest.mark.hanging
    async def test_charges_once_when_the_process_is_killed(
        self, databases: DatabaseSettings, account: StripeSettings, bank: Bank, money: OrderMoney
    ) -> None:
        """`kill -9` while the answer of a charge that happened is on its way."""
        await bank.fail("hang_after", "/v1/payment_intents")
        async with _worker(databases, account, money) as worker:
            await bank.has_moved(money.order_id)
            worker.send_signal(signal.SIGKILL)
            assert await worker.wait() == -signal.SIGKILL
        async with _worker(databases, account, money) as another:
            assert await another.wait() == 0
        assert await bank.movements(money.order_id) == [("authorized", 2_300)]


@asynccontextmanager
async def _worker(
    databases: DatabaseSettings, account: StripeSettings, money: OrderMoney
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that tries once to authorize the payment of `money`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.one_authorization",
        str(money.order_id),
        str(money.customer_id),
        env=os.environ
        | {
            "PAYMENTS_DSN": databases.payments_dsn.get_secret_value(),
            "STRIPE_SECRET_KEY": account.secret_key.get_secret_value(),
            "STRIPE_BASE_URL": account.base_url,
            "STRIPE_TIMEOUT": "PT30S",
        },
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

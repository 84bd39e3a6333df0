"""3-D Secure: the customer's bank asks, and the authorization waits for what it says."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from activities.payments import PaymentActivities
from adapters.postgres.payments.payments import PaymentRepository
from domain.errors import PaymentDeclined, StepUndone
from domain.payments import OrderPayment
from tests.support.bank import HANG_AFTER, HANG_BEFORE, Bank
from tests.support.payments import (
    DECLINED,
    HELD,
    NOTHING,
    TAKEN,
    WAITING,
    WEATHER,
    Interposed,
    OrderMoney,
    insist,
    plain,
)

ASKS = "pm_card_authenticationRequired"
ASKS_AND_DECLINES = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"

FAULTS = ["rate_limit", "error_before", HANG_BEFORE]


@pytest.fixture
def method() -> str:
    return ASKS


@pytest.fixture(autouse=True)
async def waiting(activities: PaymentActivities, money: OrderMoney, method: str) -> None:
    assert plain(await activities.authorize_payment(money.authorize(method))) == WAITING


@pytest.fixture
async def intent(bank: Bank, money: OrderMoney) -> str:
    return await bank.intent(money.order_id)


@pytest.fixture
def void(activities: PaymentActivities, money: OrderMoney) -> Callable[[], Awaitable[OrderPayment]]:
    return partial(insist, activities.void_payment, money.void())


class TestWhileTheCustomerIsAsked:
    async def test_trying_again_still_waits(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        again = await activities.authorize_payment(money.authorize(ASKS))
        assert plain(again) == WAITING
        assert again.capture_before is None
        assert plain(await activities.check_payment(money.check())) == WAITING
        assert await bank.movements(money.order_id) == []

    async def test_only_the_database_knows_the_secret(
        self,
        activities: PaymentActivities,
        payments: PaymentRepository,
        money: OrderMoney,
        intent: str,
    ) -> None:
        secret = await payments.client_secret(money.order_id)
        assert secret
        assert secret.startswith(f"{intent}_secret_")
        assert secret not in repr(await activities.check_payment(money.check()))

    async def test_the_secret_is_forgotten_after_it(
        self,
        activities: PaymentActivities,
        payments: PaymentRepository,
        bank: Bank,
        money: OrderMoney,
        intent: str,
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        await activities.check_payment(money.check())
        assert await payments.client_secret(money.order_id) is None


class TestCheckPayment:
    async def test_finds_the_money_held(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        first = await activities.check_payment(money.check())
        assert plain(first) == HELD
        assert first.capture_before
        assert await activities.check_payment(money.check()) == first
        assert plain(await activities.capture_payment(money.capture())) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_is_what_another_try_at_the_authorization_does_too(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        assert plain(await activities.authorize_payment(money.authorize(ASKS))) == HELD
        assert plain(await activities.check_payment(money.check())) == HELD

    async def test_tells_that_the_bank_said_no_and_closes_the_way(
        self,
        activities: PaymentActivities,
        payments: PaymentRepository,
        bank: Bank,
        money: OrderMoney,
        intent: str,
    ) -> None:
        """The customer knows the secret, and could pay with another card later."""
        await bank.authenticate(intent, "failed")
        for _ in range(2):
            with pytest.raises(PaymentDeclined, match="could not make sure that it is really you"):
                await activities.check_payment(money.check())
        assert await bank.status(intent) == "canceled"
        assert await payments.client_secret(money.order_id) is None
        assert plain(await activities.void_payment(money.void())) == DECLINED

    @pytest.mark.parametrize("method", [ASKS_AND_DECLINES])
    async def test_tells_why_the_card_was_declined_after_it(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        with pytest.raises(PaymentDeclined, match="not enough money"):
            await activities.check_payment(money.check())
        assert await bank.status(intent) == "canceled"

    @pytest.mark.parametrize("fault", FAULTS)
    async def test_finds_it_held_after_stripe_failed(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str, fault: str
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        await bank.fail(fault, "/v1/payment_intents/*", method="GET")
        with pytest.raises(WEATHER):
            await activities.check_payment(money.check())
        assert plain(await insist(activities.check_payment, money.check())) == HELD

    @pytest.mark.parametrize("fault", [*FAULTS, "error_after", HANG_AFTER, "reset_after"])
    async def test_closes_the_way_though_stripe_fails(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str, fault: str
    ) -> None:
        await bank.authenticate(intent, "failed")
        await bank.fail(fault, "/v1/payment_intents/*/cancel")
        with pytest.raises(WEATHER):
            await activities.check_payment(money.check())
        with pytest.raises(PaymentDeclined):
            await insist(activities.check_payment, money.check())
        assert await bank.status(intent) == "canceled"

    async def test_finds_what_was_paid_between_its_look_and_its_cancelling(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        intent: str,
    ) -> None:
        """The customer knows the secret, and tried another card."""
        await bank.authenticate(intent, "failed")
        interposed.before["cancel"] = partial(bank.pay_by_hand, intent)
        assert plain(await slow_activities.check_payment(money.check())) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_tells_each_of_two_that_look_at_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, intent: str
    ) -> None:
        await bank.authenticate(intent, "failed")
        looks = [insist(activities.check_payment, money.check()) for _ in range(2)]
        outcomes = await asyncio.gather(*looks, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [PaymentDeclined, PaymentDeclined]


class TestVoidWhileTheCustomerIsAsked:
    async def test_closes_the_way_for_the_customer(
        self,
        activities: PaymentActivities,
        bank: Bank,
        money: OrderMoney,
        intent: str,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        assert plain(await void()) == NOTHING
        assert plain(await void()) == NOTHING
        assert await bank.status(intent) == "canceled"
        with pytest.raises(StepUndone):
            await activities.check_payment(money.check())
        with pytest.raises(StepUndone):
            await activities.authorize_payment(money.authorize(ASKS))

    async def test_releases_what_the_customer_authenticated_meanwhile(
        self,
        bank: Bank,
        money: OrderMoney,
        intent: str,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        assert plain(await void()) == NOTHING
        assert await bank.standing(money.order_id) == (0, 0, 0)

    @pytest.mark.parametrize("moment", ["before", "after"])
    async def test_wins_around_the_look(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        intent: str,
        void: Callable[[], Awaitable[OrderPayment]],
        moment: str,
    ) -> None:
        await bank.authenticate(intent, "succeeded")
        getattr(interposed, moment)["authorization"] = void
        with pytest.raises(StepUndone):
            await slow_activities.check_payment(money.check())
        assert await bank.standing(money.order_id) == (0, 0, 0)

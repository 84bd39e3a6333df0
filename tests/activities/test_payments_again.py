"""Authorizations after the first: what was held before is released, and the undo reaches all."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from activities.payments import PaymentActivities
from adapters.postgres.payments.payments import PaymentRepository
from domain.errors import AuthorizationLost, PaymentDeclined, StepUndone
from domain.payments import OrderPayment
from tests.support.bank import HANG_AFTER, HANG_BEFORE, Bank
from tests.support.payments import (
    DECLINED,
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

FAULTS = ["rate_limit", "error_before", "error_after", HANG_BEFORE, HANG_AFTER, "reset_after"]


class Killed(Exception):
    """The worker is gone at this point."""


async def killed() -> None:
    raise Killed


@pytest.fixture
def void(activities: PaymentActivities, money: OrderMoney) -> Callable[[], Awaitable[OrderPayment]]:
    return partial(insist, activities.void_payment, money.void(authorizations=2))


class TestAuthorizePayment:
    async def test_says_until_when_the_money_is_held(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        first = await activities.authorize_payment(money.authorize())
        assert await activities.authorize_payment(money.authorize()) == first
        assert first.capture_before
        left = first.capture_before - datetime.now(UTC)
        assert timedelta(days=6) < left < timedelta(days=8)


class TestAuthorizePaymentAgain:
    async def test_releases_the_first_and_holds_anew_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        for _ in range(2):
            assert plain(await activities.authorize_payment(money.authorize(n=2))) == HELD
        assert await bank.movements(money.order_id) == [
            ("authorized", 2_300),
            ("voided", 2_300),
            ("authorized", 2_300),
        ]

    async def test_is_what_the_capture_takes(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.authorize_payment(money.authorize(n=2))
        assert plain(await activities.capture_payment(money.capture())) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_replaces_a_hold_that_lapsed(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_sandbox_authorizationExpires"))
        await bank.advance_clock(61)
        with pytest.raises(AuthorizationLost):
            await activities.capture_payment(money.capture())
        await activities.authorize_payment(money.authorize(n=2))
        assert plain(await activities.capture_payment(money.capture(n=2))) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_tells_that_the_bank_says_no_now(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        method = "pm_sandbox_reauthorizationDeclined"
        await activities.authorize_payment(money.authorize(method))
        for _ in range(2):
            with pytest.raises(PaymentDeclined):
                await activities.authorize_payment(money.authorize(method, n=2))
        assert plain(await activities.void_payment(money.void(authorizations=2))) == DECLINED
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_needs_nobody_to_authenticate_a_card_that_was_set_up(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        method = "pm_card_authenticationRequiredOnSetup"
        await activities.authorize_payment(money.authorize(method))
        await bank.authenticate(await bank.intent(money.order_id), "succeeded")
        await activities.check_payment(money.check())
        assert plain(await activities.authorize_payment(money.authorize(method, n=2))) == HELD

    async def test_is_declined_where_the_bank_wants_to_ask_somebody_who_is_away(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        method = "pm_card_authenticationRequired"
        await activities.authorize_payment(money.authorize(method))
        await bank.authenticate(await bank.intent(money.order_id), "succeeded")
        await activities.check_payment(money.check())
        with pytest.raises(PaymentDeclined, match="really you, and you are not there"):
            await activities.authorize_payment(money.authorize(method, n=2))

    @pytest.mark.hanging
    async def test_holds_nothing_more_where_the_first_was_captured_after_all(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await bank.fail("hang_after", "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize("pm_sandbox_capturedAtOnce"))
        for _ in range(2):
            again = money.authorize("pm_sandbox_capturedAtOnce", n=2)
            assert plain(await activities.authorize_payment(again)) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    @pytest.mark.parametrize("fault", FAULTS)
    @pytest.mark.parametrize("path", ["/v1/payment_intents", "/v1/payment_intents/*/cancel"])
    async def test_holds_once_whatever_stripe_does(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str, path: str
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await bank.fail(fault, path)
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize(n=2))
        assert plain(await insist(activities.authorize_payment, money.authorize(n=2))) == HELD
        assert await bank.standing(money.order_id) == (2_300, 0, 0)

    @pytest.mark.parametrize("fault", FAULTS)
    async def test_releases_a_first_one_whose_answer_was_lost(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await bank.fail(fault, "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        assert plain(await insist(activities.authorize_payment, money.authorize(n=2))) == HELD
        assert await bank.standing(money.order_id) == (2_300, 0, 0)
        with pytest.raises(StepUndone):
            await activities.authorize_payment(money.authorize())
        assert await bank.standing(money.order_id) == (2_300, 0, 0)


class TestVoidOfSeveralAuthorizations:
    @pytest.fixture(autouse=True)
    async def held(self, activities: PaymentActivities, money: OrderMoney) -> None:
        await activities.authorize_payment(money.authorize())

    async def test_releases_all_of_them(
        self,
        activities: PaymentActivities,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        await activities.authorize_payment(money.authorize(n=2))
        assert plain(await void()) == NOTHING
        assert plain(await void()) == NOTHING
        assert await bank.standing(money.order_id) == (0, 0, 0)

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("call", ["retrieve", "cancel", "authorize"])
    async def test_wins_around_each_call_of_the_second(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
        moment: str,
        call: str,
    ) -> None:
        getattr(interposed, moment)[call] = void
        with pytest.raises(StepUndone):
            await insist(slow_activities.authorize_payment, money.authorize(n=2))
        assert await bank.standing(money.order_id) == (0, 0, 0)
        assert plain(await void()) == NOTHING

    @pytest.mark.parametrize("moment", ["before", "after"])
    @pytest.mark.parametrize("call", ["cancel", "authorize"])
    async def test_finishes_what_a_worker_left_that_died(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
        moment: str,
        call: str,
    ) -> None:
        getattr(interposed, moment)[call] = killed
        with pytest.raises(Killed):
            await slow_activities.authorize_payment(money.authorize(n=2))
        assert plain(await void()) == NOTHING
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_is_made_up_for_by_the_second_when_only_its_tombstone_is_there(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        payments: PaymentRepository,
        bank: Bank,
        money: OrderMoney,
    ) -> None:
        """The void's worker dies right after the tombstone; the authorization reverses itself."""
        buried = partial(payments.bury, money.authorization(2), by=money.void().key)
        interposed.after["authorize"] = buried
        with pytest.raises(StepUndone):
            await slow_activities.authorize_payment(money.authorize(n=2))
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_gives_back_what_the_second_one_took(
        self,
        activities: PaymentActivities,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        await activities.authorize_payment(money.authorize(n=2))
        await activities.capture_payment(money.capture())
        assert plain(await void()) == RETURNED
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

"""Each activity on good days, tried twice: the same result, and one effect at Stripe."""

import asyncio
from dataclasses import replace

import pytest

from activities.payments import PaymentActivities
from domain.errors import AuthorizationLost, CaptureFailed, PaymentDeclined
from domain.money import Money
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import RefundState
from tests.support.bank import Bank
from tests.support.payments import (
    DECLINED,
    HELD,
    NOTHING,
    RETURNED,
    TAKEN,
    OrderMoney,
    insist,
    plain,
    standing,
)

COMING = replace(TAKEN, refund_status=RefundStatus.PENDING)
GENERIC = "The bank declined the card. Please use another card, or ask the bank why."
DECLINES = {
    "pm_card_visa_chargeDeclined": GENERIC,
    "pm_card_visa_chargeDeclinedLostCard": GENERIC,
    "pm_card_visa_chargeDeclinedStolenCard": GENERIC,
    "pm_card_chargeCustomerFail": GENERIC,
    "pm_card_visa_chargeDeclinedInsufficientFunds": (
        "There is not enough money on the card. Please use another card."
    ),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": (
        "The card was used too often lately. Please use another card."
    ),
    "pm_card_chargeDeclinedExpiredCard": "The card has expired. Please use another card.",
    "pm_card_chargeDeclinedIncorrectCvc": (
        "The card's security code is wrong. Please check the card's details, or use another card."
    ),
    "pm_card_chargeDeclinedProcessingError": (
        "The bank could not process the card just now. Please try again in a few minutes."
    ),
    "pm_made_up": "This payment method can't be used. Please choose another one.",
}


class TestAuthorizePayment:
    async def test_holds_the_money_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        first = await activities.authorize_payment(money.authorize())
        second = await activities.authorize_payment(money.authorize())
        assert first == second
        assert plain(first) == HELD
        assert await bank.movements(money.order_id) == [("authorized", 2_300)]

    @pytest.mark.parametrize(("method", "sentence"), DECLINES.items())
    async def test_tells_the_customer_why_the_bank_said_no(
        self,
        activities: PaymentActivities,
        bank: Bank,
        money: OrderMoney,
        method: str,
        sentence: str,
    ) -> None:
        for _ in range(2):
            with pytest.raises(PaymentDeclined) as declined:
                await activities.authorize_payment(money.authorize(method))
            assert str(declined.value) == sentence
        assert plain(await activities.void_payment(money.void())) == DECLINED
        assert await bank.movements(money.order_id) == []

    async def test_holds_on_the_same_card_again(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        # Any other POST is answered with an error: there is no second customer or attachment.
        await bank.fail("error_before", "/v1/customers*", times=9)
        await bank.fail("error_before", "/v1/payment_methods*", times=9)
        another = OrderMoney(customer_id=money.customer_id)
        assert plain(await activities.authorize_payment(another.authorize())) == HELD

    async def test_makes_one_customer_of_an_account_with_two_first_orders_at_once(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        orders = [money, OrderMoney(customer_id=money.customer_id)]
        held = await asyncio.gather(
            *(insist(activities.authorize_payment, order.authorize()) for order in orders)
        )
        assert [plain(each) for each in held] == [HELD, HELD]

    async def test_holds_in_the_units_that_stripe_has(
        self, activities: PaymentActivities, bank: Bank
    ) -> None:
        crowns = Money(500, "ISK")
        money = OrderMoney(amount=crowns)
        assert (await activities.authorize_payment(money.authorize())).payment.authorized == crowns
        assert (await activities.capture_payment(money.capture())).captured == crowns
        assert await bank.standing(money.order_id) == (0, 50_000, 0)

    async def test_refuses_an_amount_that_stripe_has_no_units_for(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        money = OrderMoney(amount=Money(50, "MGA"))
        with pytest.raises(PaymentDeclined, match="amount can't be paid by card"):
            await activities.authorize_payment(money.authorize())


class TestCapturePayment:
    async def test_takes_the_money_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        first = await activities.capture_payment(money.capture())
        second = await activities.capture_payment(money.capture())
        assert first == second
        assert plain(first) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_takes_the_money_once_when_asked_ten_times_at_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        taken = await asyncio.gather(
            *(insist(activities.capture_payment, money.capture()) for _ in range(10))
        )
        assert [plain(each) for each in taken] == [TAKEN] * 10
        assert await bank.movements(money.order_id) == [("authorized", 2_300), ("captured", 2_300)]

    async def test_takes_a_part_and_releases_the_rest(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        taken = await activities.capture_payment(money.capture(Money(1_800, "USD")))
        assert plain(taken) == standing(PaymentStatus.CAPTURED, captured=1_800)
        assert await bank.standing(money.order_id) == (0, 1_800, 0)

    async def test_says_that_the_bank_refused(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_sandbox_captureFails"))
        for _ in range(2):
            with pytest.raises(CaptureFailed, match="the bank refused to hand it over"):
                await activities.capture_payment(money.capture())
        assert plain(await activities.void_payment(money.void())) == DECLINED
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_keeps_holding_what_it_refused_to_take_until_the_undo(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        with pytest.raises(CaptureFailed):
            await activities.capture_payment(money.capture(Money(9_999, "USD")))
        assert await bank.standing(money.order_id) == (2_300, 0, 0)
        assert plain(await activities.refund_payment(money.refund())) == NOTHING
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_says_that_the_hold_lapsed(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_sandbox_authorizationExpires"))
        await bank.advance_clock(61)
        for _ in range(2):
            with pytest.raises(AuthorizationLost, match="The bank released the payment"):
                await activities.capture_payment(money.capture())
        assert plain(await activities.void_payment(money.void())) == DECLINED

    async def test_takes_nothing_where_nothing_is_held(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        with pytest.raises(AuthorizationLost, match="Nothing is held"):
            await activities.capture_payment(money.capture())


class TestVoidPayment:
    async def test_releases_what_is_held_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        first = await activities.void_payment(money.void())
        second = await activities.void_payment(money.void())
        assert first == second
        assert plain(first) == NOTHING
        assert await bank.movements(money.order_id) == [("authorized", 2_300), ("voided", 2_300)]

    async def test_does_nothing_where_nothing_was_begun(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        assert plain(await activities.void_payment(money.void())) == NOTHING

    async def test_refunds_what_was_taken_after_all(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        first = await activities.void_payment(money.void())
        second = await activities.void_payment(money.void())
        assert first == second
        assert plain(first) == RETURNED
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_leaves_a_hold_that_lapsed_as_it_is(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_sandbox_authorizationExpires"))
        await bank.advance_clock(61)
        assert plain(await activities.void_payment(money.void())) == NOTHING

    async def test_refunds_again_what_the_bank_returned(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_card_refundFail"))
        await activities.capture_payment(money.capture())
        await activities.void_payment(money.void())
        await bank.advance_clock(6)
        assert plain(await insist(activities.void_payment, money.void())) == RETURNED
        assert await bank.movements(money.order_id) == [
            ("authorized", 2_300),
            ("captured", 2_300),
            ("refunded", 2_300),
            ("refund_failed", 2_300),
            ("refunded", 2_300),
        ]


class TestRefundPayment:
    async def test_gives_everything_back_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        first = await activities.refund_payment(money.refund())
        second = await activities.refund_payment(money.refund())
        assert first == second
        assert (first.state, plain(first)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.movements(money.order_id) == [
            ("authorized", 2_300),
            ("captured", 2_300),
            ("refunded", 2_300),
        ]

    async def test_gives_it_back_once_when_asked_ten_times_at_once(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        results = await asyncio.gather(
            *(insist(activities.refund_payment, money.refund()) for _ in range(10))
        )
        assert {plain(result) for result in results} == {RETURNED}
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_is_pending_until_the_bank_has_it(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_card_pendingRefund"))
        await activities.capture_payment(money.capture())
        for attempt in (1, 1, 2):
            result = await activities.refund_payment(money.refund(attempt))
            assert (result.state, plain(result)) == (RefundState.PENDING, COMING)
        await bank.advance_clock(6)
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_is_made_anew_by_the_next_attempt_only_when_the_bank_returned_it(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_card_refundFail"))
        await activities.capture_payment(money.capture())
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        await bank.advance_clock(6)
        for _ in range(2):
            result = await activities.refund_payment(money.refund())
            assert (result.state, plain(result)) == (RefundState.FAILED, TAKEN)
        result = await activities.refund_payment(money.refund(attempt=2))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_releases_what_was_not_taken_yet(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, NOTHING)
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_has_nothing_to_give_back_where_nothing_was_begun(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        result = await activities.refund_payment(money.refund())
        assert result.state is RefundState.SUCCEEDED
        assert result.payment == NOTHING

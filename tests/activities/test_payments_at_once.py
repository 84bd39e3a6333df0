"""Methods whose money is taken at the authorization: there is nothing to capture, or to release."""

from functools import partial

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.payments.payments import PaymentRepository
from domain.errors import StepUndone
from domain.money import Money
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import RefundState
from tests.support.bank import HANG_AFTER, Bank
from tests.support.payments import (
    RETURNED,
    TAKEN,
    WEATHER,
    Books,
    Interposed,
    OrderMoney,
    insist,
    plain,
    standing,
)

METHOD = "pm_sandbox_capturedAtOnce"


class TestAuthorizePayment:
    async def test_takes_the_money_once(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        for _ in range(2):
            taken = await activities.authorize_payment(money.authorize(METHOD))
            assert (plain(taken), taken.capture_before) == (TAKEN, None)
        assert await bank.standing(money.order_id) == (0, 2_300, 0)
        assert await books.of(money) == {"psp": 2_300, "customer": -2_300}

    @pytest.mark.parametrize("fault", ["error_after", HANG_AFTER, "reset_after"])
    async def test_takes_it_once_though_the_answer_is_lost(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney, fault: str
    ) -> None:
        await bank.fail(fault, "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize(METHOD))
        assert plain(await insist(activities.authorize_payment, money.authorize(METHOD))) == TAKEN
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_remembers_the_kind_of_method_for_the_next_order(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize(METHOD))
        await bank.fail("error_before", "/v1/payment_methods*", times=9)
        another = OrderMoney(customer_id=money.customer_id)
        assert plain(await activities.authorize_payment(another.authorize(METHOD))) == TAKEN


class TestCapturePayment:
    async def test_moves_nothing_and_leaves_what_was_dropped_to_a_refund(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        await activities.authorize_payment(money.authorize(METHOD))
        for _ in range(2):
            taken = await activities.capture_payment(money.capture(Money(1_800, "USD")))
            assert plain(taken) == TAKEN
        result = await refunds.refund_part(money.part(500))
        assert (result.state, plain(result)) == (
            RefundState.SUCCEEDED,
            standing(
                PaymentStatus.PARTIALLY_REFUNDED,
                captured=2_300,
                refunded=500,
                refund=RefundStatus.PARTIAL,
            ),
        )
        assert await bank.standing(money.order_id) == (0, 2_300, 500)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}


class TestVoidPayment:
    async def test_refunds(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize(METHOD))
        for _ in range(2):
            assert plain(await activities.void_payment(money.void())) == RETURNED
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    async def test_refunds_what_lands_after_it(
        self,
        activities: PaymentActivities,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        async def void() -> None:
            await insist(activities.void_payment, money.void())

        interposed.after["authorize"] = void
        with pytest.raises(StepUndone):
            await slow_activities.authorize_payment(money.authorize(METHOD))
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    async def test_is_made_up_for_where_only_its_tombstone_is_there(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        payments: PaymentRepository,
        bank: Bank,
        money: OrderMoney,
    ) -> None:
        buried = partial(payments.bury, money.authorization(), by=money.void().key)
        interposed.after["authorize"] = buried
        with pytest.raises(StepUndone):
            await slow_activities.authorize_payment(money.authorize(METHOD))
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

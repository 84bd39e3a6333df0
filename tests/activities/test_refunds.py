"""Parts of an order's money, given back by decision: promised first, and then made."""

import asyncio
from typing import cast

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.payments.payments import PaymentRepository
from adapters.stripe.answers import KeySpent
from adapters.stripe.gateway import StripeGateway
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.refunds import RefundState
from tests.support.bank import HANG_AFTER, HANG_BEFORE, Bank
from tests.support.payments import (
    RETURNED,
    WEATHER,
    Books,
    Interposed,
    OrderMoney,
    insist,
    plain,
    standing,
)

FAULTS = ["rate_limit", "error_before", "error_after", HANG_BEFORE, HANG_AFTER, "reset_after"]


def partly(refunded: int, refund: RefundStatus = RefundStatus.PARTIAL) -> OrderPayment:
    return standing(
        PaymentStatus.PARTIALLY_REFUNDED if refunded else PaymentStatus.CAPTURED,
        captured=2_300,
        refunded=refunded,
        refund=refund,
    )


def _of(payments: PaymentRepository, interposed: Interposed) -> RefundActivities:
    return RefundActivities(payments, cast("StripeGateway", interposed))


@pytest.fixture
def method() -> str:
    return "pm_card_visa"


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney, method: str) -> None:
    await activities.authorize_payment(money.authorize(method))
    await activities.capture_payment(money.capture())


class TestRefundPart:
    async def test_gives_it_back_once(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        for _ in range(2):
            result = await refunds.refund_part(money.part(500))
            assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))
        assert await bank.standing(money.order_id) == (0, 2_300, 500)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}

    async def test_gives_several_back(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        for name, amount in {"one": 500, "two": 700, "three": 1_100}.items():
            await refunds.plan_refund(money.part(amount, name))
            await refunds.refund_part(money.part(amount, name))
        result = await refunds.refund_part(money.part(500, "one"))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    async def test_gives_it_back_once_when_asked_ten_times_at_once(
        self, refunds: RefundActivities, bank: Bank, money: OrderMoney
    ) -> None:
        results = await asyncio.gather(
            *(insist(refunds.refund_part, money.part(500)) for _ in range(10))
        )
        assert {plain(result) for result in results} == {partly(500)}
        assert await bank.standing(money.order_id) == (0, 2_300, 500)

    @pytest.mark.parametrize("fault", FAULTS)
    async def test_gives_it_back_once_whatever_stripe_does(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney, fault: str
    ) -> None:
        await bank.fail(fault, "/v1/refunds")
        with pytest.raises(WEATHER):
            await refunds.refund_part(money.part(500))
        result = await insist(refunds.refund_part, money.part(500))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))
        assert await bank.standing(money.order_id) == (0, 2_300, 500)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}

    async def test_gives_it_back_once_though_it_was_made_after_the_look_under_a_spent_key(
        self,
        refunds: RefundActivities,
        payments: PaymentRepository,
        gateway: StripeGateway,
        bank: Bank,
        money: OrderMoney,
    ) -> None:
        """Three workers have looked; one makes it and hears of an error, which spends the key."""
        first, second = Interposed(gateway), Interposed(gateway)

        async def is_made_with_an_error() -> None:
            await bank.fail("error_after", "/v1/refunds")
            with pytest.raises(WEATHER):
                await refunds.refund_part(money.part(500))

        async def leaves_the_key_behind() -> None:
            second.before["refund"] = is_made_with_an_error
            with pytest.raises(KeySpent):
                await _of(payments, second).refund_part(money.part(500))

        first.after["refunds"] = leaves_the_key_behind
        result = await _of(payments, first).refund_part(money.part(500))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))
        assert await bank.standing(money.order_id) == (0, 2_300, 500)

    @pytest.mark.parametrize("method", ["pm_card_pendingRefund"])
    async def test_is_pending_until_the_bank_has_it(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        for attempt in (1, 1, 2):
            result = await refunds.refund_part(money.part(500, attempt=attempt))
            assert result.state is RefundState.PENDING
            assert plain(result) == partly(0, RefundStatus.PENDING)
        assert await books.of(money) == {"psp": 2_300, "customer": -1_800, "refunds_due": -500}
        await bank.advance_clock(6)
        result = await refunds.refund_part(money.part(500))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))
        assert await bank.standing(money.order_id) == (0, 2_300, 500)

    @pytest.mark.parametrize("method", ["pm_sandbox_refundFailsOnce"])
    async def test_is_made_anew_by_the_next_attempt_only_when_the_bank_returned_it(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        assert (await refunds.refund_part(money.part(500))).state is RefundState.SUCCEEDED
        await bank.advance_clock(6)
        for _ in range(2):
            result = await refunds.refund_part(money.part(500))
            assert (result.state, plain(result)) == (
                RefundState.FAILED,
                partly(0, RefundStatus.NONE),
            )
        assert await books.of(money) == {"psp": 2_300, "customer": -1_800, "refunds_due": -500}
        for _ in range(2):
            result = await refunds.refund_part(money.part(500, attempt=2))
            assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))
        assert await bank.standing(money.order_id) == (0, 2_300, 500)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}

    async def test_fails_while_the_bank_has_a_dispute_and_is_made_after_it(
        self, refunds: RefundActivities, bank: Bank, money: OrderMoney
    ) -> None:
        dispute = await bank.dispute(await bank.intent(money.order_id))
        for attempt in (1, 2):
            result = await refunds.refund_part(money.part(500, attempt=attempt))
            assert result.state is RefundState.FAILED
        await bank.decide(dispute, "won")
        result = await refunds.refund_part(money.part(500, attempt=3))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, partly(500))

    async def test_gives_back_no_more_than_its_part_when_the_whole_order_is_undone(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        """A part that could not be made is in what the undo gives back."""
        dispute = await bank.dispute(await bank.intent(money.order_id))
        await refunds.refund_part(money.part(500))
        await bank.decide(dispute, "won")
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        result = await refunds.refund_part(money.part(500, attempt=2))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    @pytest.mark.parametrize("method", ["pm_card_pendingRefund"])
    async def test_waits_for_the_undo_that_gives_it_back_too(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        dispute = await bank.dispute(await bank.intent(money.order_id))
        await refunds.refund_part(money.part(500))
        await bank.decide(dispute, "won")
        assert (await activities.refund_payment(money.refund())).state is RefundState.PENDING
        result = await refunds.refund_part(money.part(500, attempt=2))
        assert result.state is RefundState.PENDING
        await bank.advance_clock(6)
        result = await refunds.refund_part(money.part(500, attempt=2))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await books.of(money) == {}


class TestRefundPayment:
    async def test_gives_back_what_parts_left(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        await refunds.refund_part(money.part(500, "made"))
        await refunds.plan_refund(money.part(700, "planned"))
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    async def test_fails_while_the_bank_has_a_dispute_and_owes_meanwhile(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        dispute = await bank.dispute(await bank.intent(money.order_id))
        for attempt in (1, 2):
            result = await activities.refund_payment(money.refund(attempt))
            assert result.state is RefundState.FAILED
        assert await books.of(money) == {"psp": 2_300, "refunds_due": -2_300}
        await bank.decide(dispute, "won")
        result = await activities.refund_payment(money.refund(3))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await books.of(money) == {}

"""Parts of an order's money, given back by decision: promised first, and then made."""

import asyncio

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.settlement import SettlementRepository
from domain.errors import IdempotencyKeyReused, OrderNotFound, RefundExceedsCaptured
from domain.ledger import CUSTOMER
from domain.payments import (
    OrderPayment,
    PaymentStatus,
    RefundState,
    RefundStatus,
    SettlePayment,
    Share,
)
from tests.support.bank import Bank
from tests.support.payments import (
    RETURNED,
    WEATHER,
    Books,
    OrderMoney,
    insist,
    plain,
    standing,
)

FAULTS = ["rate_limit", "error_before", "error_after", "hang_before", "hang_after", "reset_after"]


def partly(refunded: int, refund: RefundStatus = RefundStatus.PARTIAL) -> OrderPayment:
    return standing(
        PaymentStatus.PARTIALLY_REFUNDED if refunded else PaymentStatus.CAPTURED,
        captured=2_300,
        refunded=refunded,
        refund=refund,
    )


@pytest.fixture
def method() -> str:
    return "pm_card_visa"


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney, method: str) -> None:
    await activities.authorize_payment(money.authorize(method))
    await activities.capture_payment(money.capture())


class TestPlanRefund:
    async def test_promises_a_part_once(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        first = await refunds.plan_refund(money.part(500))
        assert await refunds.plan_refund(money.part(500)) == first
        assert plain(first) == partly(0, RefundStatus.PENDING)
        assert await books.of(money) == {"psp": 2_300, "customer": -1_800, "refunds_due": -500}
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_refuses_more_than_is_left(
        self, refunds: RefundActivities, books: Books, money: OrderMoney
    ) -> None:
        await refunds.plan_refund(money.part(2_000))
        with pytest.raises(RefundExceedsCaptured, match=r"Only 3\.00 USD of this order"):
            await refunds.plan_refund(money.part(301, "another"))
        await refunds.plan_refund(money.part(300, "third"))
        assert await books.of(money) == {"psp": 2_300, "refunds_due": -2_300}

    async def test_refuses_what_is_promised_to_a_part_that_could_not_be_made_yet(
        self, refunds: RefundActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await bank.dispute(await bank.intent(money.order_id))
        result = await refunds.refund_part(money.part(2_000))
        assert result.state is RefundState.FAILED
        with pytest.raises(RefundExceedsCaptured):
            await refunds.plan_refund(money.part(301, "another"))

    async def test_refuses_another_request_under_the_key(
        self, refunds: RefundActivities, money: OrderMoney
    ) -> None:
        await refunds.plan_refund(money.part(500))
        with pytest.raises(IdempotencyKeyReused):
            await refunds.plan_refund(money.part(501))

    async def test_refuses_an_order_that_was_not_paid(self, refunds: RefundActivities) -> None:
        with pytest.raises(OrderNotFound):
            await refunds.plan_refund(OrderMoney().part(500))

    async def test_refuses_what_an_undo_gives_back_already(
        self, activities: PaymentActivities, refunds: RefundActivities, money: OrderMoney
    ) -> None:
        await activities.refund_payment(money.refund())
        with pytest.raises(RefundExceedsCaptured):
            await refunds.plan_refund(money.part(1))


class TestAfterTheMoneyWasDivided:
    async def test_comes_out_of_the_liable_partys_share(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        payments_database: Database,
        books: Books,
        money: OrderMoney,
    ) -> None:
        await refunds.refund_part(money.part(300, "before"))
        await SettlementRepository(payments_database).settle(
            SettlePayment(
                order_id=money.order_id,
                key=money.key("settle"),
                payer=CUSTOMER,
                shares=[Share(account="restaurant:1", amount=money.amount)],
            )
        )
        await refunds.refund_part(money.part(500, "after"))
        assert await books.of(money) == {"psp": 1_500, "restaurant:1": -1_500}
        await activities.refund_payment(money.refund())
        assert await books.of(money) == {"restaurant:1": -1_500, "platform": 1_500}


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

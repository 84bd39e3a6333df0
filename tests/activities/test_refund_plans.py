"""What is promised before it is made: never more than there is, and posted as owed."""

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.settlement import SettlementRepository
from domain.errors import IdempotencyKeyReused, OrderNotFound, RefundExceedsCaptured
from domain.ledger import CUSTOMER
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import RefundState
from domain.settlement import SettlePayment, Share
from tests.support.bank import Bank
from tests.support.payments import Books, OrderMoney, plain, standing


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney) -> None:
    await activities.authorize_payment(money.authorize())
    await activities.capture_payment(money.capture())


class TestPlanRefund:
    async def test_promises_a_part_once(
        self, refunds: RefundActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        first = await refunds.plan_refund(money.part(500))
        assert await refunds.plan_refund(money.part(500)) == first
        assert plain(first) == standing(
            PaymentStatus.CAPTURED, captured=2_300, refund=RefundStatus.PENDING
        )
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

"""Who earned what, posted once, whatever was refunded before."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from activities.ledger import LedgerActivities
from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.settlement import SettlementRepository
from domain import ledger
from domain.orders import step_key
from domain.payments import Liable, SettlePayment, Share
from domain.settlement import cooked, delivered
from tests.support.builders import a_quote
from tests.support.payments import Books, OrderMoney

RESTAURANT, COURIER = uuid4(), uuid4()
ITS, THEIRS = ledger.restaurant(RESTAURANT), ledger.courier(COURIER)
SHARES = delivered(a_quote(), restaurant_id=RESTAURANT, courier_id=COURIER)


@pytest.fixture
def earnings(payments_database: Database) -> LedgerActivities:
    return LedgerActivities(SettlementRepository(payments_database))


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney) -> None:
    await activities.authorize_payment(money.authorize())
    await activities.capture_payment(money.capture())


def settle(
    order_id: UUID, shares: list[Share] = SHARES, payer: str = ledger.CUSTOMER
) -> SettlePayment:
    return SettlePayment(
        order_id=order_id, key=step_key(order_id, "settle"), payer=payer, shares=shares
    )


class TestSettlePayment:
    async def test_divides_what_the_customer_paid_once(
        self, earnings: LedgerActivities, books: Books, money: OrderMoney
    ) -> None:
        for _ in range(2):
            await earnings.settle_payment(settle(money.order_id))
        assert await books.of(money) == {
            "psp": 2_300,
            ITS: -1_700,
            THEIRS: -200,
            ledger.PLATFORM: -400,
        }

    @pytest.mark.parametrize("before", [True, False])
    async def test_comes_to_the_same_whether_a_refund_was_before_or_after_it(
        self,
        earnings: LedgerActivities,
        refunds: RefundActivities,
        books: Books,
        money: OrderMoney,
        before: bool,
    ) -> None:
        part = replace(money.part(500), liable=Liable.RESTAURANT, liable_account=ITS)
        steps = [refunds.refund_part(part), earnings.settle_payment(settle(money.order_id))]
        for step in steps if before else reversed(steps):
            await step
        assert await books.of(money) == {
            "psp": 1_800,
            ITS: -1_200,
            THEIRS: -200,
            ledger.PLATFORM: -400,
        }

    async def test_of_food_that_nobody_fetched_is_paid_by_the_platform(
        self,
        activities: PaymentActivities,
        earnings: LedgerActivities,
        books: Books,
        money: OrderMoney,
    ) -> None:
        shares = cooked(a_quote(), restaurant_id=RESTAURANT)
        await earnings.settle_payment(settle(money.order_id, shares, ledger.PLATFORM))
        # The customer's money is untouched by it: all of it goes back.
        await activities.refund_payment(money.refund())
        assert await books.of(money) == {ledger.PLATFORM: 1_700, ITS: -1_700}

    async def test_needs_a_payment(self, earnings: LedgerActivities) -> None:
        with pytest.raises(LookupError):
            await earnings.settle_payment(settle(uuid4()))

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
from domain.refunds import Liable
from domain.settlement import SettlePayment, Share, carried, cooked, delivered
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

    @pytest.mark.parametrize("before", [True, False])
    @pytest.mark.parametrize("fee", [2_000, 1_000])
    async def test_of_a_fee_pays_those_who_worked_first_and_the_platform_what_lacks(
        self,
        activities: PaymentActivities,
        earnings: LedgerActivities,
        books: Books,
        money: OrderMoney,
        fee: int,
        before: bool,
    ) -> None:
        shares = carried(a_quote(), restaurant_id=RESTAURANT, courier_id=COURIER)
        steps = [
            activities.refund_payment(money.refund(keep=fee)),
            earnings.settle_payment(settle(money.order_id, shares)),
        ]
        # The payment service may be away when the order ends: the money goes back later then.
        for step in steps if before else reversed(steps):
            await step
        platform = {2_000: -100, 1_000: 900}[fee]
        assert await books.of(money) == {
            "psp": fee,
            ITS: -1_700,
            THEIRS: -200,
            ledger.PLATFORM: platform,
        }

    async def test_of_a_fee_that_nobody_worked_for_is_the_platforms(
        self,
        activities: PaymentActivities,
        earnings: LedgerActivities,
        books: Books,
        money: OrderMoney,
    ) -> None:
        await activities.refund_payment(money.refund(keep=500))
        await earnings.settle_payment(settle(money.order_id, []))
        assert await books.of(money) == {"psp": 500, ledger.PLATFORM: -500}

    async def test_needs_a_payment(self, earnings: LedgerActivities) -> None:
        with pytest.raises(LookupError):
            await earnings.settle_payment(settle(uuid4()))

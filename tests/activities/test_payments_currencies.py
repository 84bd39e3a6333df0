"""Currencies of no and of three decimals: the same integers here, at Stripe and in the books."""

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from domain.errors import CurrencyMismatch
from domain.money import Money
from tests.support.bank import Bank
from tests.support.payments import Books, OrderMoney


@pytest.mark.parametrize("currency", ["JPY", "USD", "KWD"])
async def test_every_unit_is_accounted_for(
    activities: PaymentActivities,
    refunds: RefundActivities,
    bank: Bank,
    books: Books,
    currency: str,
) -> None:
    money = OrderMoney(amount=Money(2_301, currency))
    await activities.authorize_payment(money.authorize())
    taken = await activities.capture_payment(money.capture(Money(2_001, currency)))
    assert (taken.captured, taken.authorized) == (Money(2_001, currency), Money.zero(currency))
    await refunds.refund_part(money.part(1))
    assert await bank.standing(money.order_id) == (0, 2_001, 1)
    assert await books.of(money) == {"psp": 2_000, "customer": -2_000}
    result = await activities.refund_payment(money.refund())
    assert result.payment.refunded == Money(2_001, currency)
    assert await bank.standing(money.order_id) == (0, 2_001, 2_001)
    assert await books.of(money) == {}


async def test_a_part_in_another_currency_is_refused(
    activities: PaymentActivities, refunds: RefundActivities, money: OrderMoney
) -> None:
    await activities.authorize_payment(money.authorize())
    await activities.capture_payment(money.capture())
    yen = OrderMoney(order_id=money.order_id, amount=Money(2_300, "JPY"))
    with pytest.raises(CurrencyMismatch, match="paid in USD"):
        await refunds.plan_refund(yen.part(5))

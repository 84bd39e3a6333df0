import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe.amounts import from_stripe, to_stripe
from domain.errors import PaymentDeclined
from domain.money import EXPONENTS, Money


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(1_250, "USD"), 1_250),
        (Money(500, "JPY"), 500),
        (Money(1_000, "KWD"), 1_000),
        (Money(5, "ISK"), 500),
        (Money(5, "UGX"), 500),
        (Money(500, "MGA"), 5),
    ],
)
def test_speaks_stripes_units(money: Money, amount: int) -> None:
    assert to_stripe(money) == amount
    assert from_stripe(amount, money.currency.lower()) == money.amount


@given(amount=st.integers(0, 10**9), currency=st.sampled_from(sorted(EXPONENTS)))
def test_comes_back_as_it_went_or_is_refused(amount: int, currency: str) -> None:
    try:
        there = to_stripe(Money(amount, currency))
    except PaymentDeclined:
        assert currency == "MGA"
        assert amount % 100
    else:
        assert from_stripe(there, currency.lower()) == amount

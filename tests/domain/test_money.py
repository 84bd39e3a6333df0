import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch
from domain.money import EXPONENTS, Money

AMOUNTS = st.integers(-(10**12), 10**12)


def usd(amount: int) -> Money:
    return Money(amount, "USD")


class TestMoney:
    @pytest.mark.parametrize("currency", ["usd", "XXX", ""])
    def test_refuses_a_currency_that_does_not_exist(self, currency: str) -> None:
        with pytest.raises(ValueError, match="ISO 4217"):
            Money(1, currency)

    @given(one=AMOUNTS, other=AMOUNTS)
    def test_subtracts_what_was_added(self, one: int, other: int) -> None:
        assert usd(one) + usd(other) == usd(one + other)
        assert usd(one) + usd(other) - usd(other) == usd(one)

    @given(amount=AMOUNTS, quantity=st.integers(0, 50))
    def test_times_a_quantity_is_the_sum_of_its_pieces(self, amount: int, quantity: int) -> None:
        assert usd(amount) * quantity == sum([usd(amount)] * quantity, Money.zero("USD"))

    def test_does_not_mix_currencies(self) -> None:
        with pytest.raises(CurrencyMismatch):
            _ = usd(1) + Money(1, "EUR")
        with pytest.raises(CurrencyMismatch):
            _ = usd(1) - Money(1, "EUR")


class TestBasisPoints:
    @pytest.mark.parametrize(
        ("amount", "points", "share"), [(1_000, 500, 50), (10, 500, 1), (9, 500, 0), (-10, 500, -1)]
    )
    def test_rounds_half_a_minor_unit_away_from_zero(
        self, amount: int, points: int, share: int
    ) -> None:
        assert usd(amount).basis_points(points) == usd(share)

    @given(amount=AMOUNTS, points=st.integers(0, 20_000))
    def test_is_at_most_half_a_minor_unit_off(self, amount: int, points: int) -> None:
        share = usd(amount).basis_points(points).amount
        assert abs(share * 10_000 - amount * points) <= 5_000

    @given(amount=AMOUNTS, points=st.integers(0, 20_000))
    def test_of_a_debt_is_the_debt_of_it(self, amount: int, points: int) -> None:
        share = usd(amount).basis_points(points).amount
        assert usd(-amount).basis_points(points) == usd(-share)


class TestText:
    @pytest.mark.parametrize(
        ("money", "text"),
        [
            (Money(4120, "EUR"), "41.20 EUR"),
            (Money(5, "USD"), "0.05 USD"),
            (Money(-5, "USD"), "-0.05 USD"),
            (Money(500, "JPY"), "500 JPY"),
            (Money(1_234, "KWD"), "1.234 KWD"),
        ],
    )
    def test_has_the_decimals_of_the_currency(self, money: Money, text: str) -> None:
        assert str(money) == text

    @given(amount=AMOUNTS, currency=st.sampled_from(sorted(EXPONENTS)))
    def test_keeps_every_minor_unit(self, amount: int, currency: str) -> None:
        number, _, code = str(Money(amount, currency)).partition(" ")
        assert (int(number.replace(".", "")), code) == (amount, currency)

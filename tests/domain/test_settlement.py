from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ledger
from domain.ledger import Posting, PostingKind, Unbalanced
from domain.money import Money
from domain.orders import Quote
from domain.refunds import Liable, RefundState
from domain.settlement import (
    Attempted,
    Share,
    borne,
    carried,
    cooked,
    delivered,
    entries_of,
    of_work,
)

RESTAURANT, COURIER = uuid4(), uuid4()
ITS, THEIRS = ledger.restaurant(RESTAURANT), ledger.courier(COURIER)
FEES = st.integers(0, 10**6)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    currency = draw(st.sampled_from(["JPY", "USD", "KWD"]))
    parts = [Money(draw(FEES), currency) for _ in range(3)]
    subtotal = Money(draw(st.integers(1, 10**8)), currency)
    delivery_fee, service_fee, tip = parts
    return Quote(
        subtotal=subtotal,
        delivery_fee=delivery_fee,
        service_fee=service_fee,
        tip=tip,
        total=sum(parts, subtotal),
    )


def a_quote(currency: str, subtotal: int, delivery: int, service: int, tip: int) -> Quote:
    subtotal_, delivery_, service_, tip_ = (
        Money(amount, currency) for amount in (subtotal, delivery, service, tip)
    )
    total = subtotal_ + delivery_ + service_ + tip_
    return Quote(
        subtotal=subtotal_, delivery_fee=delivery_, service_fee=service_, tip=tip_, total=total
    )


def shared(shares: list[Share]) -> dict[str, int]:
    return {share.account: share.amount.amount for share in shares}


class TestDelivered:
    @pytest.mark.parametrize(
        ("quote", "kitchen", "rider", "platform"),
        [
            (a_quote("USD", 2_000, 200, 100, 50), 1_700, 250, 400),
            # 15 % of 3 yen is 0.45: nothing. Of 10 it is 1.5: two.
            (a_quote("JPY", 3, 1, 1, 0), 3, 1, 1),
            (a_quote("JPY", 10, 1, 1, 0), 8, 1, 3),
            # Three decimals: 1.999 dinars.
            (a_quote("KWD", 1_999, 200, 100, 0), 1_699, 200, 400),
        ],
    )
    def test_pays_the_kitchen_without_commission_and_the_courier_fee_and_tip(
        self, quote: Quote, kitchen: int, rider: int, platform: int
    ) -> None:
        shares = shared(delivered(quote, restaurant_id=RESTAURANT, courier_id=COURIER))
        assert shares == {ITS: kitchen, THEIRS: rider, ledger.PLATFORM: platform}

    @given(quote=quotes())
    def test_divides_everything_and_leaves_nobody_in_debt(self, quote: Quote) -> None:
        shares = delivered(quote, restaurant_id=RESTAURANT, courier_id=COURIER)
        zero = Money.zero(quote.total.currency)
        assert sum((share.amount for share in shares), zero) == quote.total
        assert all(share.amount.amount > 0 for share in shares)


class TestUndelivered:
    @given(quote=quotes())
    def test_pays_the_kitchen_what_it_would_have_earned(self, quote: Quote) -> None:
        whole = shared(delivered(quote, restaurant_id=RESTAURANT, courier_id=COURIER))
        assert shared(cooked(quote, restaurant_id=RESTAURANT)) == {ITS: whole[ITS]}

    @given(quote=quotes())
    def test_pays_the_courier_who_rode_the_fee_without_the_tip(self, quote: Quote) -> None:
        shares = shared(carried(quote, restaurant_id=RESTAURANT, courier_id=COURIER))
        assert shares.get(THEIRS, 0) == quote.delivery_fee.amount


class TestOfWork:
    @given(
        quote=quotes(),
        fee=st.integers(1, 10**8),
        refund=st.integers(0, 10**6),
        has_cooked=st.booleans(),
        has_ridden=st.booleans(),
    )
    def test_is_paid_out_of_the_fee_and_the_platform_has_the_rest_or_pays_what_lacks(
        self, quote: Quote, fee: int, refund: int, *, has_cooked: bool, has_ridden: bool
    ) -> None:
        rider = COURIER if has_ridden else None
        shares = of_work(quote, restaurant_id=RESTAURANT, has_cooked=has_cooked, rider=rider)
        entries = entries_of(shares, kept=fee, refunds={ITS: refund})
        worked = shared(shares)
        assert sum(entries.values()) == 0
        assert entries[ledger.CUSTOMER] == fee
        assert entries.get(ITS, 0) == refund - worked.get(ITS, 0)
        assert entries.get(THEIRS, 0) == -worked.get(THEIRS, 0)
        assert -entries.get(ledger.PLATFORM, 0) == fee + refund - sum(worked.values())

    def test_pays_nobody_before_the_food_is_cooked(self) -> None:
        quote = a_quote("USD", 2_000, 200, 100, 0)
        assert of_work(quote, restaurant_id=RESTAURANT, has_cooked=False, rider=None) == []

    def test_is_the_kitchens_and_of_who_rode(self) -> None:
        quote = a_quote("USD", 2_000, 200, 100, 50)
        shares = of_work(quote, restaurant_id=RESTAURANT, has_cooked=True, rider=COURIER)
        assert shared(shares) == {ITS: 1_700, THEIRS: 200}


class TestBorne:
    SHARES = cooked(a_quote("USD", 2_000, 0, 0, 0), restaurant_id=RESTAURANT)

    def test_counts_a_decision_once_however_many_attempts_it_took(self) -> None:
        failed, made = RefundState.FAILED, RefundState.SUCCEEDED
        attempts = [
            Attempted("one", Liable.RESTAURANT, 500, failed),
            Attempted("one", Liable.RESTAURANT, 300, made),
            Attempted("two", Liable.RESTAURANT, 100, made),
        ]
        assert borne(attempts, self.SHARES) == {ITS: 600}

    def test_is_nobodys_where_it_was_waived(self) -> None:
        attempts = [Attempted("one", Liable.RESTAURANT, 500, RefundState.WAIVED)]
        assert borne(attempts, self.SHARES)[ITS] == 0

    def test_is_the_platforms_where_the_liable_party_earns_nothing(self) -> None:
        attempts = [Attempted("one", Liable.COURIER, 500, RefundState.SUCCEEDED)]
        assert borne(attempts, self.SHARES) == {ledger.PLATFORM: 500}


class TestEntries:
    @given(quote=quotes(), kept=st.integers(0, 10**8), refund=st.integers(0, 10**6))
    def test_balance_and_leave_the_customer_nothing_whatever_was_refunded_before(
        self, quote: Quote, kept: int, refund: int
    ) -> None:
        shares = delivered(quote, restaurant_id=RESTAURANT, courier_id=COURIER)
        entries = entries_of(shares, kept=kept, refunds={ITS: refund})
        assert sum(entries.values()) == 0
        assert entries.get(ledger.CUSTOMER, 0) == kept
        assert entries.get(ITS, 0) == refund - shared(shares)[ITS]

    def test_take_a_refund_out_of_the_share_of_who_has_to_bear_it(self) -> None:
        quote = a_quote("USD", 2_000, 200, 100, 0)
        shares = delivered(quote, restaurant_id=RESTAURANT, courier_id=COURIER)
        entries = entries_of(shares, kept=2_300 - 500, refunds={ITS: 500})
        assert entries == {
            ledger.CUSTOMER: 1_800,
            ITS: -1_200,
            THEIRS: -200,
            ledger.PLATFORM: -400,
        }


class TestPosting:
    @pytest.mark.parametrize("entries", [{"a": 1}, {"a": 1, "b": -2}, {"a": 0, "b": 0}])
    def test_is_refused_where_it_does_not_balance(self, entries: dict[str, int]) -> None:
        with pytest.raises(Unbalanced):
            Posting(
                key="1",
                kind=PostingKind.CORRECTION,
                order_id=uuid4(),
                currency="USD",
                entries=entries,
            )

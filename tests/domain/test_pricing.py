import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch, OutOfDeliveryRange
from domain.money import Money
from domain.orders import OrderLine
from domain.pricing import DELIVERY_RADIUS_KM, SERVICE_FEE, quote, without
from tests.support.builders import a_line, usd

LINES = st.lists(
    st.builds(
        lambda price, quantity: a_line(unit_price=usd(price), quantity=quantity),
        st.integers(0, 100_000),
        st.integers(1, 20),
    ),
    max_size=5,
)
DISTANCES = st.floats(0, DELIVERY_RADIUS_KM)


class TestQuote:
    def test_adds_the_fees_and_the_tip_to_the_dishes(self) -> None:
        priced = quote([a_line(unit_price=usd(1_000), quantity=2)], tip=usd(150), distance_km=2.5)
        assert priced.subtotal == usd(2_000)
        assert priced.delivery_fee == usd(200)
        assert priced.service_fee == usd(100)
        assert priced.total == usd(2_450)

    @pytest.mark.parametrize(
        ("distance_km", "fee"),
        [(0, 1_000), (3, 1_000), (3.01, 1_200), (4, 1_200), (DELIVERY_RADIUS_KM, 3_400)],
    )
    def test_charges_each_kilometre_begun_beyond_the_included_ones(
        self, distance_km: float, fee: int
    ) -> None:
        lines = [a_line(unit_price=usd(10_000), quantity=1)]
        assert quote(lines, tip=usd(0), distance_km=distance_km).delivery_fee == usd(fee)

    @given(lines=LINES, tip=st.integers(0, 10_000), distance_km=DISTANCES)
    def test_totals_its_parts(self, lines: list[OrderLine], tip: int, distance_km: float) -> None:
        priced = quote(lines, tip=usd(tip), distance_km=distance_km)
        assert priced.subtotal.amount == sum(
            line.quantity * line.unit_price.amount for line in lines
        )
        parts = (priced.subtotal, priced.delivery_fee, priced.service_fee, priced.tip)
        assert priced.total == sum(parts, usd(0))

    @given(lines=LINES, one=DISTANCES, other=DISTANCES)
    def test_costs_no_more_to_a_door_that_is_nearer(
        self, lines: list[OrderLine], one: float, other: float
    ) -> None:
        near, far = (
            quote(lines, tip=usd(0), distance_km=km).total.amount for km in sorted((one, other))
        )
        assert near <= far

    def test_ends_at_the_radius(self) -> None:
        with pytest.raises(OutOfDeliveryRange, match=r"15\.1 km away; 15 km is the most"):
            quote([a_line()], tip=usd(0), distance_km=15.1)

    def test_is_in_one_currency(self) -> None:
        with pytest.raises(CurrencyMismatch):
            quote([a_line(unit_price=usd(1))], tip=Money(0, "EUR"), distance_km=1)


class TestWithout:
    def test_leaves_the_ride_and_the_tip_as_they_were(self) -> None:
        gone, left = a_line(unit_price=usd(1_000)), a_line(unit_price=usd(500))
        agreed = quote([gone, left], tip=usd(150), distance_km=2.5)
        revised = without({gone.menu_item_id}, [gone, left], agreed)
        assert [line.unavailable for line in revised.lines] == [True, False]
        assert revised.quote.subtotal == usd(1_000)
        assert revised.quote.service_fee == usd(50)
        assert revised.quote.delivery_fee == agreed.delivery_fee
        assert revised.quote.tip == agreed.tip

    @given(lines=LINES, dropped=st.sets(st.integers(0, 4)), tip=st.integers(0, 10_000))
    def test_totals_its_parts_and_costs_no_more(
        self, lines: list[OrderLine], dropped: set[int], tip: int
    ) -> None:
        agreed = quote(lines, tip=usd(tip), distance_km=1)
        gone = {line.menu_item_id for number, line in enumerate(lines) if number in dropped}
        revised = without(gone, lines, agreed).quote
        parts = (revised.subtotal, revised.delivery_fee, revised.service_fee, revised.tip)
        assert revised.total == sum(parts, usd(0))
        assert revised.total.amount <= agreed.total.amount
        assert revised.service_fee == revised.subtotal.basis_points(SERVICE_FEE)

    @given(lines=LINES)
    def test_of_nothing_changes_nothing(self, lines: list[OrderLine]) -> None:
        agreed = quote(lines, tip=usd(100), distance_km=1)
        revised = without(set(), lines, agreed)
        assert (revised.lines, revised.quote) == (lines, agreed)

from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import CANCELLABLE, TRANSITIONS, OrderStatus, order_id, step_key
from tests.support.builders import a_line, usd

PATH = [
    OrderStatus.PLACED,
    OrderStatus.RESERVED,
    OrderStatus.CONFIRMED,
    OrderStatus.ACCEPTED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.PICKED_UP,
    OrderStatus.DELIVERED,
]
ENDS = {
    OrderStatus.DELIVERED,
    OrderStatus.PAYMENT_FAILED,
    OrderStatus.REJECTED,
    OrderStatus.CANCELLED,
}


def reachable(status: OrderStatus) -> set[OrderStatus]:
    onward: set[OrderStatus] = set()
    ahead = {status}
    while ahead:
        ahead = {step for one in ahead for step in TRANSITIONS[one]} - onward
        onward |= ahead
    return onward


class TestOrderStatus:
    @pytest.mark.parametrize("status", OrderStatus)
    def test_is_final_where_it_is_an_end(self, status: OrderStatus) -> None:
        assert status.is_final == (status in ENDS)

    def test_every_status_is_reached(self) -> None:
        assert reachable(OrderStatus.PLACED) == set(OrderStatus) - {OrderStatus.PLACED}

    @pytest.mark.parametrize("status", OrderStatus)
    def test_never_comes_back(self, status: OrderStatus) -> None:
        assert status not in reachable(status)

    @pytest.mark.parametrize("status", sorted(set(OrderStatus) - ENDS))
    def test_that_is_open_can_be_cancelled(self, status: OrderStatus) -> None:
        assert status.leads_to(OrderStatus.CANCELLED)

    def test_takes_the_path_of_a_meal_one_step_at_a_time(self) -> None:
        for status, following in pairwise(PATH):
            assert TRANSITIONS[status] & set(PATH) == {following}

    def test_may_be_cancelled_by_the_customer_until_the_kitchen_cooks(self) -> None:
        cooking = reachable(OrderStatus.PREPARING) | {OrderStatus.PREPARING}
        assert set(OrderStatus) - ENDS - cooking == CANCELLABLE


class TestOrderLine:
    @given(price=st.integers(0, 10**6), quantity=st.integers(1, 99))
    def test_totals_its_pieces(self, price: int, quantity: int) -> None:
        line = a_line(unit_price=usd(price), quantity=quantity)
        assert line.line_total == usd(price * quantity)


class TestOrderId:
    def test_is_found_again_from_account_and_key(self) -> None:
        # Written out, because the ids of orders that exist must not change.
        account = UUID("11111111-2222-3333-4444-555555555555")
        assert order_id(account, "key") == UUID("ef037705-ded2-56bd-a708-b10a68e8c395")

    def test_differs_by_account_and_by_key(self) -> None:
        one, other = uuid4(), uuid4()
        assert len({order_id(a, key) for a in (one, other) for key in ("1", "2")}) == 4


def test_the_key_of_a_step_names_order_and_step() -> None:
    order = uuid4()
    assert step_key(order, "authorize") == f"{order}:authorize"

"""How long an order usually takes, and how far over that one is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.clocks import Clock, Side, clock_of
from domain.orders import Order, OrderStatus
from tests.support.ordering import an_order_in

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PROMISED = NOW + 7 * MINUTE


def clock(order: Order) -> Clock:
    found = clock_of(order, NOW)
    assert found is not None
    return found


class TestClock:
    @pytest.mark.parametrize("status", [status for status in OrderStatus if not status.is_final])
    def test_ends_by_the_usual_time_where_nobody_promised_anything(
        self, status: OrderStatus
    ) -> None:
        running = clock(an_order_in(status))
        assert running.by > running.since == NOW
        assert running.over(running.by) == timedelta()
        assert running.over(running.by + 2 * MINUTE) == 2 * MINUTE

    @pytest.mark.parametrize("status", [status for status in OrderStatus if status.is_final])
    def test_is_none_of_an_order_that_has_ended(self, status: OrderStatus) -> None:
        assert clock_of(an_order_in(status), NOW) is None

    def test_ends_when_the_kitchen_has_to_answer(self) -> None:
        order = replace(an_order_in(OrderStatus.CONFIRMED), answer_by=PROMISED)
        assert clock(order).by == PROMISED

    @pytest.mark.parametrize("status", [OrderStatus.ACCEPTED, OrderStatus.PREPARING])
    def test_ends_when_the_kitchen_promised_the_food(self, status: OrderStatus) -> None:
        assert clock(replace(an_order_in(status), ready_by=PROMISED)).by == PROMISED

    def test_ends_after_the_ride(self) -> None:
        assert clock(an_order_in(OrderStatus.PICKED_UP)).by == NOW + 15 * MINUTE

    @pytest.mark.parametrize(
        ("status", "side"),
        [
            (OrderStatus.RESERVED, Side.CHECKOUT),
            (OrderStatus.CONFIRMED, Side.KITCHEN),
            (OrderStatus.PREPARING, Side.KITCHEN),
            (OrderStatus.READY, Side.COURIER_MISSING),
        ],
    )
    def test_says_whom_the_order_waits_for(self, status: OrderStatus, side: Side) -> None:
        assert clock(an_order_in(status)).side is side

    def test_waits_for_the_courier_who_has_it(self) -> None:
        order = replace(an_order_in(OrderStatus.READY), courier_id=uuid4())
        assert clock(order).side is Side.COURIER

"""When the food should be at the door."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.arrival import arrival
from domain.deliveries import LOCATION_HOLDS, DeliveryState, Ride
from domain.geography import Point
from domain.orders import Order, OrderStatus
from domain.payments import OrderPayment
from tests.support.builders import USD, an_order
from tests.support.ordering import some_particulars

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
READY_BY = NOW + timedelta(minutes=20)
DOOR = some_particulars().address.point
RIDE_MINUTES = 15


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def order_of(**given_: Any) -> Order:
    """Accepted; from the restaurant to the door it is a quarter of an hour."""
    placed = an_order(ride_minutes=RIDE_MINUTES)
    defaults: dict[str, Any] = {
        "order_id": placed.order_id,
        "run_id": "run-1",
        "status": OrderStatus.PREPARING,
        "customer_id": placed.customer_id,
        "restaurant_id": placed.restaurant_id,
        "lines": placed.lines,
        "quote": placed.quote,
        "placed_total": placed.quote.total,
        "payment": OrderPayment.pending(USD),
        "courier_id": uuid4(),
        "answer_by": None,
        "ready_by": READY_BY,
        "ride_minutes": RIDE_MINUTES,
        "particulars": some_particulars(),
        "cancellation": None,
        "remark": None,
        "request_hash": placed.request_hash,
        "placed_at": NOW,
        "updated_at": NOW,
        "version": 1,
    }
    return Order(**(defaults | given_))


def ride_of(**given_: Any) -> Ride:
    """By a courier who stands before the restaurant now."""
    pickup = Point(lat=9.01, lon=38.755)
    defaults: dict[str, Any] = {
        "order_id": uuid4(),
        "courier_id": uuid4(),
        "state": DeliveryState.ASSIGNED,
        "pickup": pickup,
        "place": pickup,
        "located_at": NOW,
    }
    return Ride(**(defaults | given_))


class TestArrival:
    def test_is_as_the_kitchen_promised_while_nobody_carries_it(self) -> None:
        assert arrival(order_of(), None, now=NOW) == READY_BY + minutes(RIDE_MINUTES)

    def test_is_unknown_before_the_promise_and_after_the_end(self) -> None:
        assert arrival(order_of(ready_by=None), ride_of(), now=NOW) is None
        assert arrival(order_of(status=OrderStatus.DELIVERED), ride_of(), now=NOW) is None

    def test_is_a_ride_from_where_the_courier_was_who_has_the_food(self) -> None:
        place = Point(lat=DOOR.lat + 0.009, lon=DOOR.lon)
        ride = ride_of(state=DeliveryState.PICKED_UP, place=place, located_at=NOW - minutes(1))
        order = order_of(status=OrderStatus.PICKED_UP)
        # A thousand metres at twelve kilometres an hour, minutes begun.
        assert arrival(order, ride, now=NOW) == NOW - minutes(1) + minutes(6)

    def test_waits_for_the_kitchen_and_for_the_courier(self) -> None:
        far = Point(lat=9.01 + 0.09, lon=38.755)
        assert arrival(order_of(), ride_of(), now=NOW) == READY_BY + minutes(RIDE_MINUTES)
        late = arrival(order_of(), ride_of(place=far), now=NOW)
        assert late == NOW + minutes(51) + minutes(RIDE_MINUTES)

    def test_waits_for_no_promise_once_the_food_is_ready(self) -> None:
        order = order_of(status=OrderStatus.READY)
        assert arrival(order, ride_of(), now=NOW) == NOW + minutes(RIDE_MINUTES)

    @pytest.mark.parametrize(
        "unknown",
        [
            {"place": None, "located_at": None},
            {"located_at": NOW - LOCATION_HOLDS - timedelta(seconds=1)},
        ],
    )
    def test_is_the_promise_where_nobody_knows_the_place(self, unknown: dict[str, Any]) -> None:
        ride = ride_of(state=DeliveryState.PICKED_UP, **unknown)
        assert arrival(order_of(), ride, now=NOW) == READY_BY + minutes(RIDE_MINUTES)

    @given(st.floats(0, 0.2), st.floats(0, 0.2))
    def test_is_never_later_for_who_is_nearer(self, one: float, other: float) -> None:
        near, far = (
            ride_of(
                state=DeliveryState.PICKED_UP, place=Point(lat=DOOR.lat + degrees, lon=DOOR.lon)
            )
            for degrees in sorted((one, other))
        )
        order = order_of(status=OrderStatus.PICKED_UP)
        sooner, later = arrival(order, near, now=NOW), arrival(order, far, now=NOW)
        assert sooner is not None
        assert later is not None
        assert sooner <= later

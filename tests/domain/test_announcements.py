from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.announcements import announcements, restaurant_announcements, stock_announcements
from domain.events.orders import OrderEventType
from domain.events.restaurants import RestaurantEvent, RestaurantEventType, RestaurantTold
from domain.events.stock import StockEvent, StockEventType, StockMoved
from domain.geography import Point
from domain.notifications import Audience, NotificationType
from domain.orders import Actor, Cancellation
from domain.restaurants import RestaurantAddress
from domain.stock import ReservationState
from tests.support.builders import an_order_event


def an_envelope() -> dict[str, Any]:
    return {
        "event_id": uuid4(),
        "occurred_at": datetime(2026, 11, 5, 18, 30, tzinfo=UTC),
        "aggregate_id": uuid4(),
        "aggregate_version": 1,
        "correlation_id": "req-1",
    }


def a_stock_event(
    *left: tuple[str, int | None],
    type_: StockEventType = StockEventType.RESERVED,
    restaurant_id: UUID | None = None,
) -> StockEvent:
    """Of an order that took one of each of these dishes, and left so many."""
    return StockEvent(
        type=type_,
        restaurant_id=restaurant_id or uuid4(),
        state=ReservationState.HELD,
        lines=tuple(
            StockMoved(menu_item_id=uuid4(), name=name, quantity=1, left=count)
            for name, count in left
        ),
        **an_envelope(),
    )


def a_restaurant_event(type_: RestaurantEventType) -> RestaurantEvent:
    address = RestaurantAddress(line1="Piazza 1", city="Addis Ababa", point=Point(lat=9, lon=38))
    told = RestaurantTold(
        name="Roma",
        currency="USD",
        address=address,
        cuisine=None,
        opening_hours=None,
        auto_accept=False,
        acceptance_minutes=10,
        preparation_minutes=20,
        kitchen_slots=None,
        paused=True,
    )
    return RestaurantEvent(type=type_, restaurant=told, **an_envelope())


class TestAnnouncements:
    @pytest.mark.parametrize(
        ("type_", "told"),
        [
            (OrderEventType.ACCEPTED, NotificationType.ORDER_ACCEPTED),
            (OrderEventType.DELAYED, NotificationType.ORDER_DELAYED),
            (OrderEventType.PICKED_UP, NotificationType.ORDER_PICKED_UP),
            (OrderEventType.DELIVERED, NotificationType.ORDER_DELIVERED),
            (OrderEventType.REJECTED, NotificationType.ORDER_REJECTED),
            (OrderEventType.PAYMENT_FAILED, NotificationType.PAYMENT_FAILED),
        ],
    )
    def test_tell_the_customer_how_it_went(
        self, type_: OrderEventType, told: NotificationType
    ) -> None:
        event = an_order_event(type_)

        [one] = announcements(event)

        assert (one.type, one.audience) == (told, Audience.CUSTOMER)
        assert (one.recipient_id, one.order_id) == (event.order.customer_id, event.aggregate_id)
        assert "23.00 USD" in one.body

    @pytest.mark.parametrize(
        ("type_", "code"),
        [
            (OrderEventType.CANCELLED, "cancelled_by_customer"),
            # The kitchen accepted, and must not cook for nothing.
            (OrderEventType.PAYMENT_FAILED, "capture_failed"),
            (OrderEventType.PAYMENT_FAILED, "authorization_lost"),
        ],
    )
    def test_tell_both_sides_of_an_end_that_the_kitchen_did_not_choose(
        self, type_: OrderEventType, code: str
    ) -> None:
        why = Cancellation(by=Actor.SYSTEM, code=code, reason="It can't be.")
        event = an_order_event(type_, cancellation=why)

        told = {(one.audience, one.recipient_id) for one in announcements(event)}

        assert told == {
            (Audience.CUSTOMER, event.order.customer_id),
            (Audience.RESTAURANT, event.order.restaurant_id),
        }

    @pytest.mark.parametrize(
        ("type_", "told"),
        [
            (OrderEventType.COURIER_RELEASED, NotificationType.DELIVERY_TAKEN_BACK),
            (OrderEventType.CANCELLED, NotificationType.DELIVERY_CALLED_OFF),
            (OrderEventType.DELIVERED, NotificationType.DELIVERY_PAID),
        ],
    )
    def test_tell_the_courier_what_becomes_of_the_delivery(
        self, type_: OrderEventType, told: NotificationType
    ) -> None:
        event = an_order_event(type_, courier_id=uuid4())

        [one] = [one for one in announcements(event) if one.audience is Audience.COURIER]

        assert (one.type, one.recipient_id) == (told, event.courier_id)

    @pytest.mark.parametrize("type_", [OrderEventType.DELAYED, OrderEventType.COURIER_RELEASED])
    def test_tell_of_what_may_happen_again_each_time(self, type_: OrderEventType) -> None:
        event = an_order_event(type_, courier_id=uuid4())
        again = replace(event, event_id=uuid4())

        keys = {one.dedupe_key for told in (event, event, again) for one in announcements(told)}

        assert len(keys) == 2

    @pytest.mark.parametrize(
        "type_",
        [
            OrderEventType.PLACED,
            OrderEventType.CONFIRMED,
            OrderEventType.PREPARING,
            OrderEventType.READY,
        ],
    )
    def test_leave_alone_what_is_told_elsewhere_or_no_news(self, type_: OrderEventType) -> None:
        assert announcements(an_order_event(type_)) == []


class TestStockAnnouncements:
    def test_tell_the_restaurant_once_of_all_dishes_that_an_order_took_the_last_of(self) -> None:
        event = a_stock_event(("Margherita", 0), ("Marinara", 1), ("Cola", None), ("Shiro", 0))

        [one] = stock_announcements(event)

        assert (one.type, one.audience) == (NotificationType.DISH_SOLD_OUT, Audience.RESTAURANT)
        assert (one.recipient_id, one.order_id) == (event.restaurant_id, event.aggregate_id)
        assert one.body.startswith("Sold out: Margherita, Shiro. ")
        assert str(event.event_id) in one.dedupe_key

    def test_are_none_while_something_is_left(self) -> None:
        assert stock_announcements(a_stock_event(("Margherita", 1), ("Cola", None))) == []

    @pytest.mark.parametrize("type_", [*StockEventType][1:])
    def test_leave_alone_what_orders_put_back_or_the_kitchen_knows(
        self, type_: StockEventType
    ) -> None:
        assert stock_announcements(a_stock_event(("Margherita", 0), type_=type_)) == []


class TestRestaurantAnnouncements:
    def test_tell_the_restaurant_of_every_pause(self) -> None:
        first, second = (a_restaurant_event(RestaurantEventType.PAUSED) for _ in range(2))

        [one], [other] = restaurant_announcements(first), restaurant_announcements(second)

        assert (one.type, one.audience) == (NotificationType.ORDERS_PAUSED, Audience.RESTAURANT)
        assert (one.recipient_id, one.order_id) == (first.aggregate_id, None)
        assert one.body == "No new orders come in until you resume."
        assert one.dedupe_key != other.dedupe_key

    @pytest.mark.parametrize(
        "type_", [type_ for type_ in RestaurantEventType if type_ is not RestaurantEventType.PAUSED]
    )
    def test_leave_everything_else_alone(self, type_: RestaurantEventType) -> None:
        assert restaurant_announcements(a_restaurant_event(type_)) == []

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.announcements import announcements
from domain.events import OrderEvent, OrderEventType
from domain.money import Money
from domain.notifications import Audience, NotificationType


def an_event(type_: OrderEventType) -> OrderEvent:
    return OrderEvent(
        event_id=uuid4(),
        type=type_,
        occurred_at=datetime(2026, 11, 5, 18, 30, tzinfo=UTC),
        order_id=uuid4(),
        aggregate_version=3,
        correlation_id="req-1",
        customer_id=uuid4(),
        restaurant_id=uuid4(),
        total=Money(4120, "EUR"),
        refunded=Money(0, "EUR"),
    )


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
        event = an_event(type_)

        [one] = announcements(event)

        assert (one.type, one.audience) == (told, Audience.CUSTOMER)
        assert (one.recipient_id, one.order_id) == (event.customer_id, event.order_id)
        assert "41.20 EUR" in one.body

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
        event = replace(an_event(type_), code=code)

        told = {(one.audience, one.recipient_id) for one in announcements(event)}

        assert told == {
            (Audience.CUSTOMER, event.customer_id),
            (Audience.RESTAURANT, event.restaurant_id),
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
        event = replace(an_event(type_), courier_id=uuid4())

        [one] = [one for one in announcements(event) if one.audience is Audience.COURIER]

        assert (one.type, one.recipient_id) == (told, event.courier_id)

    @pytest.mark.parametrize("type_", [OrderEventType.DELAYED, OrderEventType.COURIER_RELEASED])
    def test_tell_of_what_may_happen_again_each_time(self, type_: OrderEventType) -> None:
        event = replace(an_event(type_), courier_id=uuid4())
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
        assert announcements(an_event(type_)) == []

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.announcements import announcements
from domain.events.orders import OrderEventType
from domain.notifications import Audience, NotificationType
from domain.orders import Actor, Cancellation
from tests.support.builders import an_order_event


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

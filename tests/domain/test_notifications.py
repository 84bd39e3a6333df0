from typing import Any
from uuid import uuid4

import pytest

from domain.notifications import Audience, NotificationType, confirmed, notification
from tests.support.builders import an_order, usd


class TestNotification:
    @pytest.mark.parametrize("type_", NotificationType)
    def test_has_words_for_every_type(self, type_: NotificationType) -> None:
        words: dict[str, Any] = {"total": usd(2_300), "dishes": "Margherita"}
        told = notification(type_, Audience.CUSTOMER, uuid4(), order_id=uuid4(), **words)
        assert told.title
        assert told.body.endswith(".")

    def test_is_one_per_order_type_and_recipient(self) -> None:
        keys = {
            notification(
                type_, Audience.CUSTOMER, recipient, order_id=order, total=usd(1)
            ).dedupe_key
            for order in (uuid4(), uuid4())
            for type_ in (NotificationType.NEW_ORDER, NotificationType.MONEY_OWED)
            for recipient in (uuid4(), uuid4())
        }
        assert len(keys) == 8


class TestConfirmed:
    def test_tells_the_customer_and_asks_the_restaurant(self) -> None:
        order = an_order()

        told = confirmed(order)

        assert told.order_id == order.order_id
        assert [(one.type, one.audience, one.recipient_id) for one in told.notifications] == [
            (NotificationType.ORDER_CONFIRMED, Audience.CUSTOMER, order.customer_id),
            (NotificationType.NEW_ORDER, Audience.RESTAURANT, order.restaurant_id),
        ]

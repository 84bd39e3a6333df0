from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from domain.mail import EmailPreferences, EmailTemplate, delay_after, mail_of
from domain.notifications import Audience, Notification, NotificationType, notification
from tests.support.builders import usd

UPDATES = {
    NotificationType.ORDER_ACCEPTED,
    NotificationType.ORDER_DELAYED,
    NotificationType.ORDER_PICKED_UP,
    NotificationType.ORDER_DELIVERED,
}
RECEIPTS = {
    NotificationType.ORDER_CONFIRMED,
    NotificationType.ORDER_REJECTED,
    NotificationType.ORDER_CANCELLED,
    NotificationType.PAYMENT_FAILED,
}


def told(type_: NotificationType, audience: Audience = Audience.CUSTOMER) -> Notification:
    words: dict[str, Any] = {"total": usd(2_300), "dishes": "Margherita"}
    return notification(type_, audience, uuid4(), order_id=uuid4(), **words)


class TestMailOf:
    @pytest.mark.parametrize(
        ("preferences", "wanted"),
        [
            (EmailPreferences(), RECEIPTS),
            (EmailPreferences(order_updates=True, receipts=False), UPDATES),
            (EmailPreferences(order_updates=True), UPDATES | RECEIPTS),
            (EmailPreferences(receipts=False), set()),
        ],
    )
    def test_is_what_the_customer_wants_and_money_that_is_owed(
        self, preferences: EmailPreferences, wanted: set[NotificationType]
    ) -> None:
        mailed = {type_ for type_ in NotificationType if mail_of(told(type_), preferences)}
        assert mailed == wanted | {NotificationType.MONEY_OWED}

    @pytest.mark.parametrize("audience", [Audience.RESTAURANT, Audience.COURIER])
    def test_is_for_customers(self, audience: Audience) -> None:
        everything = EmailPreferences(order_updates=True)
        assert not any(mail_of(told(type_, audience), everything) for type_ in NotificationType)

    @pytest.mark.parametrize("type_", sorted(RECEIPTS | UPDATES))
    def test_is_once_like_the_news_and_names_nobody(self, type_: NotificationType) -> None:
        news = told(type_)
        mail = mail_of(news, EmailPreferences(order_updates=True))
        assert mail is not None
        assert (mail.dedupe_key, mail.account_id) == (news.dedupe_key, news.recipient_id)
        assert mail.params == {
            "order_id": str(news.order_id),
            "title": news.title,
            "body": news.body,
        }

    def test_itemises_what_was_confirmed(self) -> None:
        mail = mail_of(told(NotificationType.ORDER_CONFIRMED), EmailPreferences())
        assert mail is not None
        assert mail.template is EmailTemplate.RECEIPT


class TestDelayAfter:
    def test_doubles_up_to_an_hour(self) -> None:
        delays = [delay_after(attempts) for attempts in range(1, 40)]
        assert delays[:3] == [timedelta(seconds=seconds) for seconds in (10, 20, 40)]
        assert all(earlier <= later for earlier, later in pairwise(delays))
        assert delays[-1] == timedelta(hours=1)

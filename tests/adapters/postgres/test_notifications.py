import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.postgres.notifications.notifications import NotificationRepository
from domain.errors import NotificationNotFound
from domain.notifications import (
    Audience,
    DeliveredNotification,
    Notification,
    NotificationType,
    Recipient,
    notification,
)
from tests.support.builders import usd


def told(recipient_id: UUID, type_: NotificationType) -> Notification:
    words: dict[str, Any] = {"total": usd(2_300), "dishes": "Margherita"}
    return notification(type_, Audience.CUSTOMER, recipient_id, order_id=uuid4(), **words)


async def listed(
    notifications: NotificationRepository, recipient_id: UUID
) -> list[DeliveredNotification]:
    return list(await notifications.list(Recipient.account(recipient_id), limit=100))


class TestDeliver:
    async def test_puts_them_in_the_recipients_list(
        self, notifications: NotificationRepository
    ) -> None:
        sent = told(uuid4(), NotificationType.ORDER_CONFIRMED)
        await notifications.deliver([sent])
        [got] = await listed(notifications, sent.recipient_id)
        assert (got.type, got.order_id) == (sent.type, sent.order_id)
        assert (got.title, got.body, got.read_at) == (sent.title, sent.body, None)

    async def test_delivers_once_per_key_however_many_try(
        self, notifications: NotificationRepository
    ) -> None:
        recipient = uuid4()
        sent = [told(recipient, type_) for type_ in NotificationType]
        tries = [sent, sent[::-1], [*sent, *sent]] * 4
        await asyncio.gather(*map(notifications.deliver, tries))
        assert len(await listed(notifications, recipient)) == len(sent)

    async def test_has_nothing_to_do_without_notifications(
        self, notifications: NotificationRepository
    ) -> None:
        await notifications.deliver([])


class TestDeliverOnce:
    async def test_delivers_what_an_event_causes_once_per_consumer(
        self, notifications: NotificationRepository
    ) -> None:
        event_id, recipient = uuid4(), uuid4()
        first, second = (told(recipient, NotificationType.ORDER_ACCEPTED) for _ in range(2))
        assert await notifications.deliver_once("a", event_id, [first])
        assert not await notifications.deliver_once("a", event_id, [second])
        assert len(await listed(notifications, recipient)) == 1
        assert await notifications.deliver_once("b", event_id, [second])
        assert len(await listed(notifications, recipient)) == 2

    async def test_lets_one_of_many_deliver(self, notifications: NotificationRepository) -> None:
        event_id, sent = uuid4(), [told(uuid4(), NotificationType.ORDER_ACCEPTED)]
        tries = [notifications.deliver_once("a", event_id, sent) for _ in range(10)]
        assert sorted(await asyncio.gather(*tries)) == [False] * 9 + [True]

    async def test_has_not_dealt_with_an_event_whose_effect_failed(
        self, notifications: NotificationRepository
    ) -> None:
        event_id, sent = uuid4(), told(uuid4(), NotificationType.ORDER_ACCEPTED)
        with pytest.raises(Exception, match="NUL"):
            await notifications.deliver_once("a", event_id, [replace(sent, body="\x00")])
        assert await notifications.deliver_once("a", event_id, [sent])


class TestList:
    async def test_is_newest_first_page_by_page(
        self, notifications: NotificationRepository
    ) -> None:
        recipient = uuid4()
        for _ in range(2):
            sent = [told(recipient, type_) for type_ in NotificationType]
            await notifications.deliver(sent)
        seen: list[DeliveredNotification] = []
        before = None
        while page := await notifications.list(
            Recipient.account(recipient), before=before, limit=4
        ):
            seen += page
            before = (page[-1].created_at, page[-1].notification_id)
        places = [(one.created_at, one.notification_id) for one in seen]
        assert len(set(places)) == 2 * len(NotificationType)
        assert places == sorted(places, reverse=True)

    async def test_tells_a_customer_from_a_restaurant_of_the_same_id(
        self, notifications: NotificationRepository
    ) -> None:
        sent = told(uuid4(), NotificationType.NEW_ORDER)
        await notifications.deliver([replace(sent, audience=Audience.RESTAURANT)])
        assert await listed(notifications, sent.recipient_id) == []


class TestMarkRead:
    async def test_keeps_the_moment_of_the_first_reading(
        self, notifications: NotificationRepository
    ) -> None:
        sent = told(uuid4(), NotificationType.ORDER_CONFIRMED)
        await notifications.deliver([sent])
        [unread] = await listed(notifications, sent.recipient_id)
        await notifications.mark_read(Recipient.account(sent.recipient_id), unread.notification_id)
        [read] = await listed(notifications, sent.recipient_id)
        await notifications.mark_read(Recipient.account(sent.recipient_id), unread.notification_id)
        assert read.read_at is not None
        assert await listed(notifications, sent.recipient_id) == [read]

    async def test_knows_nobody_elses(self, notifications: NotificationRepository) -> None:
        sent = told(uuid4(), NotificationType.ORDER_CONFIRMED)
        await notifications.deliver([sent])
        [theirs] = await listed(notifications, sent.recipient_id)
        with pytest.raises(NotificationNotFound):
            await notifications.mark_read(Recipient.account(uuid4()), theirs.notification_id)

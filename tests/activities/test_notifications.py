from uuid import uuid4

from temporalio.testing import ActivityEnvironment

from activities.notifications import NotificationActivities
from adapters.postgres.notifications.notifications import NotificationRepository
from domain.notifications import (
    Audience,
    DeliverNotifications,
    NotificationType,
    Recipient,
    notification,
)
from tests.support.builders import usd


async def test_deliver_notifications_tells_each_once_when_tried_twice(
    notifications: NotificationRepository,
) -> None:
    order_id, customer = uuid4(), uuid4()
    told = notification(
        NotificationType.ORDER_CONFIRMED,
        Audience.CUSTOMER,
        customer,
        order_id=order_id,
        total=usd(2_300),
    )
    command = DeliverNotifications(order_id=order_id, notifications=[told])
    activities = NotificationActivities(notifications)
    for _ in range(2):
        await ActivityEnvironment().run(activities.deliver_notifications, command)
    listed = await notifications.list(Recipient.account(customer), limit=9)
    assert [one.title for one in listed] == [told.title]

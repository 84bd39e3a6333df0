"""What people are told in the course of an order."""

from temporalio import activity

from adapters.postgres.notifications.notifications import NotificationRepository
from domain.notifications import DeliverNotifications


class NotificationActivities:
    def __init__(self, notifications: NotificationRepository) -> None:
        self._notifications = notifications

    @activity.defn
    async def deliver_notifications(self, command: DeliverNotifications) -> None:
        await self._notifications.deliver(command.notifications)

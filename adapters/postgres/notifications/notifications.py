"""What people were told, and the inbox of the consumers that tell them."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.notifications.tables import InboxRow, NotificationRow
from domain.errors import NotificationNotFound
from domain.notifications import Audience, DeliveredNotification, Notification


class NotificationRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def deliver(self, notifications: Sequence[Notification]) -> None:
        """Put them in their recipients' lists; one whose dedupe key is there already stays out."""
        async with self._database.transaction() as session:
            await _put(session, notifications)

    async def deliver_once(
        self, consumer: str, event_id: UUID, notifications: Sequence[Notification]
    ) -> bool:
        """Deliver what an event causes; False where the consumer had dealt with the event."""
        seen = (
            insert(InboxRow)
            .values(consumer=consumer, event_id=event_id)
            .on_conflict_do_nothing()
            .returning(InboxRow.event_id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(seen) is None:
                return False
            await _put(session, notifications)
            return True

    async def list(
        self,
        *,
        audience: Audience,
        recipient_id: UUID,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> Sequence[DeliveredNotification]:
        """Newest first. `before` is `created_at` and id of the last of the page before."""
        place = tuple_(NotificationRow.created_at, NotificationRow.id)
        page = (
            select(NotificationRow)
            .where(
                NotificationRow.audience == audience, NotificationRow.recipient_id == recipient_id
            )
            .order_by(NotificationRow.created_at.desc(), NotificationRow.id.desc())
            .limit(limit)
        )
        if before is not None:
            page = page.where(place < before)
        async with self._database.transaction() as session:
            rows = (await session.scalars(page)).all()
        return [_delivered(row) for row in rows]

    async def mark_read(self, account_id: UUID, notification_id: UUID) -> None:
        """Raises `NotificationNotFound` where the account has no such notification."""
        read = (
            update(NotificationRow)
            .where(
                NotificationRow.id == notification_id,
                NotificationRow.audience == Audience.CUSTOMER,
                NotificationRow.recipient_id == account_id,
            )
            .values(read_at=func.coalesce(NotificationRow.read_at, func.now()))
            .returning(NotificationRow.id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(read) is None:
                raise NotificationNotFound("You have no such notification.")


async def _put(session: AsyncSession, notifications: Sequence[Notification]) -> None:
    if not notifications:
        return
    rows = [
        {
            "dedupe_key": notification.dedupe_key,
            "type": notification.type,
            "audience": notification.audience,
            "recipient_id": notification.recipient_id,
            "order_id": notification.order_id,
            "title": notification.title,
            "body": notification.body,
        }
        # In one order, so that two who deliver the same never wait for each other in a circle.
        for notification in sorted(notifications, key=attrgetter("dedupe_key"))
    ]
    once = insert(NotificationRow).on_conflict_do_nothing(
        index_elements=[NotificationRow.dedupe_key]
    )
    await session.execute(once, rows)


def _delivered(row: NotificationRow) -> DeliveredNotification:
    return DeliveredNotification(
        notification_id=row.id,
        type=row.type,
        order_id=row.order_id,
        title=row.title,
        body=row.body,
        created_at=row.created_at,
        read_at=row.read_at,
    )

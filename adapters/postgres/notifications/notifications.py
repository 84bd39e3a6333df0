"""What people were told, and the inbox of the consumers that tell them."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.notifications.emails import queue
from adapters.postgres.notifications.preferences import preferences_of
from adapters.postgres.notifications.tables import InboxRow, NotificationRow
from domain.errors import NotificationNotFound
from domain.mail import EmailPreferences, mail_of
from domain.notifications import Audience, DeliveredNotification, Notification, Recipient, Told

COUNTED_AT_MOST = 100
"""More unread ones are not counted: nobody reads the number, and a list may be long."""

_UNREAD = NotificationRow.read_at.is_(None)


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
        recipient: Recipient,
        *,
        unread: bool = False,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> Sequence[DeliveredNotification]:
        """Newest first. `before` is `created_at` and id of the last of the page before."""
        page = (
            select(NotificationRow)
            .where(*_whose(recipient))
            .order_by(NotificationRow.created_at.desc(), NotificationRow.id.desc())
            .limit(limit)
        )
        if unread:
            page = page.where(_UNREAD)
        if before is not None:
            page = page.where(tuple_(NotificationRow.created_at, NotificationRow.id) < before)
        async with self._database.transaction() as session:
            rows = (await session.scalars(page)).all()
        return [_delivered(row) for row in rows]

    async def of_order(self, order_id: UUID) -> Sequence[Told]:
        """All that anybody was told about it, the oldest first."""
        rows = select(NotificationRow).where(NotificationRow.order_id == order_id)
        oldest = rows.order_by(NotificationRow.created_at, NotificationRow.id)
        async with self._database.transaction() as session:
            return [_told(row) for row in await session.scalars(oldest)]

    async def unread(self, recipient: Recipient) -> int:
        """How many there are, counted up to `COUNTED_AT_MOST`."""
        some = select(NotificationRow.id).where(*_whose(recipient), _UNREAD).limit(COUNTED_AT_MOST)
        async with self._database.transaction() as session:
            return await session.scalar(select(func.count()).select_from(some.subquery())) or 0

    async def mark_read(self, recipient: Recipient, notification_id: UUID) -> None:
        """Raises `NotificationNotFound` where the recipient has no such notification."""
        read = (
            update(NotificationRow)
            .where(NotificationRow.id == notification_id, *_whose(recipient))
            .values(read_at=func.coalesce(NotificationRow.read_at, func.now()))
            .returning(NotificationRow.id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(read) is None:
                raise NotificationNotFound("There is no such notification.")


async def _put(session: AsyncSession, notifications: Sequence[Notification]) -> None:
    """Each goes by mail too, in the same transaction, where it is new and its recipient wants it.

    In one order, so that two who deliver the same never wait for each other in a circle.
    """
    if not notifications:
        return
    told = {one.dedupe_key: one for one in sorted(notifications, key=attrgetter("dedupe_key"))}
    once = (
        insert(NotificationRow)
        .on_conflict_do_nothing(index_elements=[NotificationRow.dedupe_key])
        .returning(NotificationRow.dedupe_key)
    )
    fresh = await session.scalars(once, [_row(one) for one in told.values()])
    await _mail(session, [told[key] for key in sorted(fresh)])


async def _mail(session: AsyncSession, told: Sequence[Notification]) -> None:
    customers = {one.recipient_id for one in told if one.audience is Audience.CUSTOMER}
    if not customers:
        return
    wanted = await preferences_of(session, customers)
    mails = [mail_of(one, wanted.get(one.recipient_id, EmailPreferences())) for one in told]
    await queue(session, [mail for mail in mails if mail is not None])


def _row(notification: Notification) -> dict[str, object]:
    return {
        "dedupe_key": notification.dedupe_key,
        "type": notification.type,
        "audience": notification.audience,
        "recipient_id": notification.recipient_id,
        "order_id": notification.order_id,
        "title": notification.title,
        "body": notification.body,
    }


def _whose(recipient: Recipient) -> tuple[ColumnElement[bool], ...]:
    return (
        NotificationRow.recipient_id == recipient.recipient_id,
        NotificationRow.audience.in_(recipient.audiences),
    )


def _told(row: NotificationRow) -> Told:
    return Told(
        type=row.type,
        audience=row.audience,
        recipient_id=row.recipient_id,
        title=row.title,
        body=row.body,
        created_at=row.created_at,
        read_at=row.read_at,
    )


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

"""Mails are queued with the news they tell, and found by indexes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from adapters.postgres.engine import Database
from adapters.postgres.notifications.emails import EmailRepository
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.notifications.preferences import EmailPreferencesRepository
from adapters.postgres.notifications.tables import EmailRow
from domain.mail import EmailPreferences
from domain.notifications import Audience, Notification, NotificationType, Recipient, notification
from tests.support.builders import usd
from tests.support.statements import plan_of, statements


def news(recipient_id: UUID, type_: NotificationType) -> Notification:
    return notification(type_, Audience.CUSTOMER, recipient_id, order_id=uuid4(), total=usd(2_300))


async def mailed(database: Database, account_id: UUID) -> set[str]:
    """The titles of what is queued for the account."""
    theirs = select(EmailRow.params).where(EmailRow.account_id == account_id)
    async with database.transaction() as session:
        return {params["title"] for params in await session.scalars(theirs)}


class TestMailOfNews:
    async def test_is_queued_as_the_customer_wants_it_at_the_time(
        self, notifications_database: Database
    ) -> None:
        lists = NotificationRepository(notifications_database)
        preferences = EmailPreferencesRepository(notifications_database)
        account = uuid4()
        accepted, confirmed, delivered = (
            news(account, type_)
            for type_ in (
                NotificationType.ORDER_ACCEPTED,
                NotificationType.ORDER_CONFIRMED,
                NotificationType.ORDER_DELIVERED,
            )
        )
        await lists.deliver([accepted, confirmed])
        only_updates = EmailPreferences(order_updates=True, receipts=False)
        await preferences.change(account, lambda _: only_updates)
        await lists.deliver([accepted, confirmed, delivered])
        assert await mailed(notifications_database, account) == {confirmed.title, delivered.title}

    async def test_is_not_there_without_the_news(self, notifications_database: Database) -> None:
        lists, account = NotificationRepository(notifications_database), uuid4()
        event_id, told = uuid4(), news(account, NotificationType.ORDER_CANCELLED)
        assert await lists.deliver_once("test", event_id, [told])
        another = news(account, NotificationType.MONEY_OWED)
        assert not await lists.deliver_once("test", event_id, [another])
        assert await mailed(notifications_database, account) == {told.title}


class TestStatements:
    async def test_on_the_queue_read_indexes(self, notifications_database: Database) -> None:
        emails = EmailRepository(notifications_database)
        with statements() as sent:
            await emails.claim(0, lease=timedelta(0))
            await emails.oldest_seconds()
            await emails.prune(timedelta(days=3_650))
        plans = await self._plans(notifications_database, sent)
        assert len(plans) == 3
        for plan in plans:
            assert "ix_emails_" in plan
            assert "Seq Scan" not in plan

    @pytest.mark.parametrize("unread", [True, False])
    async def test_on_lists_read_a_page_of_an_index(
        self, notifications_database: Database, *, unread: bool
    ) -> None:
        lists, recipient = (
            NotificationRepository(notifications_database),
            Recipient.account(uuid4()),
        )
        before = (datetime.now(UTC), uuid4())
        with statements() as sent:
            await lists.list(recipient, unread=unread, before=before, limit=20)
            await lists.unread(recipient)
        page, count = await self._plans(notifications_database, sent)
        assert "Sort" not in page
        assert "ix_notifications_" in page
        assert "ix_notifications_unread" in count

    async def _plans(self, database: Database, sent: list[tuple[str, object]]) -> list[str]:
        queries = [each for each in sent if "notifications." in each[0]]
        return [await plan_of(database, each, off=("seqscan", "bitmapscan")) for each in queries]

"""What an erased person was told, and what was still to be mailed to them."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.notifications.tables import (
    EmailPreferencesRow,
    EmailRow,
    NotificationRow,
)


async def erase_messages(session: AsyncSession, account_id: UUID) -> None:
    """A restaurant's list is its own: its id is no account's."""
    await session.execute(delete(NotificationRow).where(NotificationRow.recipient_id == account_id))
    await session.execute(delete(EmailRow).where(EmailRow.account_id == account_id))
    await session.execute(
        delete(EmailPreferencesRow).where(EmailPreferencesRow.account_id == account_id)
    )

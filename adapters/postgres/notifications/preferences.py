"""What people want to hear of by mail."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.notifications.tables import EmailPreferencesRow
from domain.mail import EmailPreferences


class EmailPreferencesRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, account_id: UUID) -> EmailPreferences:
        async with self._database.transaction() as session:
            found = await preferences_of(session, [account_id])
        return found.get(account_id, EmailPreferences())

    async def change(
        self, account_id: UUID, change: Callable[[EmailPreferences], EmailPreferences]
    ) -> EmailPreferences:
        """Keep what `change` makes of them as they are now; nobody else changes them meanwhile.

        Raises what `change` raises.
        """
        usual = EmailPreferences()
        there = insert(EmailPreferencesRow).values(
            account_id=account_id, order_updates=usual.order_updates, receipts=usual.receipts
        )
        async with self._database.transaction() as session:
            await session.execute(there.on_conflict_do_nothing())
            row = await session.get_one(EmailPreferencesRow, account_id, with_for_update=True)
            changed = change(_preferences(row))
            row.order_updates, row.receipts = changed.order_updates, changed.receipts
        return changed


async def preferences_of(
    session: AsyncSession, account_ids: Iterable[UUID]
) -> Mapping[UUID, EmailPreferences]:
    """Of those who ever chose."""
    chosen = select(EmailPreferencesRow).where(EmailPreferencesRow.account_id.in_(account_ids))
    return {row.account_id: _preferences(row) for row in await session.scalars(chosen)}


def _preferences(row: EmailPreferencesRow) -> EmailPreferences:
    return EmailPreferences(order_updates=row.order_updates, receipts=row.receipts)

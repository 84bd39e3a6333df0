"""What is left of an erased account in `identity`: a row that orders may name, of nobody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.identity.tables import AccountRow, Base


async def erase_account(session: AsyncSession, account_id: UUID, *, now: datetime) -> None:
    """Its logins stop working, and its e-mail address is free. Twice is once."""
    # First, because it locks out logins that begin at the same time.
    erased = (
        update(AccountRow)
        .where(AccountRow.account_id == account_id)
        .where(AccountRow.erased_at.is_(None))
    )
    await session.execute(
        erased.values(
            email=None,
            phone=None,
            phone_digits=None,
            password_hash=None,
            name="",
            erased_at=now,
        )
    )
    for table in _tables_of_accounts():
        await session.execute(delete(table).where(table.c.account_id == account_id))


async def unforgotten(
    session: AsyncSession, *, erased_before: datetime, limit: int
) -> Sequence[UUID]:
    """Erased accounts that other contexts may still know something of."""
    waiting = select(AccountRow.account_id).where(
        AccountRow.erased_at < erased_before, AccountRow.forgotten_at.is_(None)
    )
    return (await session.scalars(waiting.order_by(AccountRow.erased_at).limit(limit))).all()


async def mark_forgotten(session: AsyncSession, account_id: UUID, *, now: datetime) -> None:
    forgotten = update(AccountRow).where(AccountRow.account_id == account_id)
    await session.execute(forgotten.values(forgotten_at=now))


def _tables_of_accounts() -> list[Table]:
    """All that refer to an account, whoever adds one: none is left out."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if any(key.column.table is AccountRow.__table__ for key in table.foreign_keys)
    ]

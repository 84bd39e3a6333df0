"""An outbox that no other test writes to: people's lists have no events of their own."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.notifications.tables import OutboxRow

CONTEXT = "notifications"


async def add(session: AsyncSession, aggregate: str) -> UUID:
    """One event. Returns its id."""
    row: dict[str, Any] = {
        "id": uuid4(),
        "aggregatetype": "restaurant",
        "aggregateid": aggregate,
        "type": "restaurant_paused",
        "payload": b"\x00\x01",
        "headers": {"correlation_id": "req-1"},
    }
    await session.execute(insert(OutboxRow).values(row))
    event_id: UUID = row["id"]
    return event_id


async def write(database: Database, aggregate: str = "a") -> UUID:
    """One event, committed. Returns its id."""
    async with database.transaction() as session:
        return await add(session, aggregate)


async def empty(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE notifications.outbox"))


async def unpublished(database: Database) -> list[UUID]:
    """Oldest first."""
    rows = select(OutboxRow.id).where(OutboxRow.published_at.is_(None)).order_by(OutboxRow.position)
    async with database.transaction() as session:
        return [*await session.scalars(rows)]

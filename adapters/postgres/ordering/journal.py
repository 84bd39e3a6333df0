"""What is written beside an order's row, in the transaction of its change: timeline and event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.ordering.mapping import state_of
from adapters.postgres.ordering.tables import OrderRow, OutboxRow, TimelineRow
from adapters.postgres.outbox import put
from domain.events.envelope import event_id
from domain.events.orders import OrderEvent, OrderEventType
from domain.timeline import Happening


async def tell(
    session: AsyncSession, row: OrderRow, *, key: str, happenings: Sequence[Happening]
) -> None:
    """Append what the order did, in the step with this key."""
    # A statement each: SQLAlchemy compiles one with several rows anew every time.
    for happening in happenings:
        await append(session, row.id, happening, at=row.updated_at, key=key)


async def append(
    session: AsyncSession,
    order_id: UUID,
    happening: Happening,
    *,
    at: datetime,
    key: str | None = None,
) -> None:
    """To the timeline. The caller holds the lock on the order's row: so there is no gap."""
    last = (
        select(func.coalesce(func.max(TimelineRow.sequence), 0))
        .where(TimelineRow.order_id == order_id)
        .scalar_subquery()
    )
    entry = insert(TimelineRow).values(
        order_id=order_id,
        sequence=last + 1,
        key=key,
        at=at,
        event=happening.event,
        actor=happening.actor,
        detail=happening.detail,
    )
    await session.execute(entry)


async def was_told(session: AsyncSession, order_id: UUID, *, key: str) -> bool:
    """Whether the step with this key has written to the timeline."""
    told = select(TimelineRow.sequence).where(
        TimelineRow.order_id == order_id, TimelineRow.key == key
    )
    return await session.scalar(told.limit(1)) is not None


async def was_published(
    session: AsyncSession, order_id: UUID, type_: OrderEventType, *, key: str
) -> bool:
    """Whether the step with this key has had its event; of those of the last week at least."""
    written = select(OutboxRow.id).where(OutboxRow.id == event_id(order_id, key, type_))
    return await session.scalar(written) is not None


async def publish(
    session: AsyncSession,
    row: OrderRow,
    type_: OrderEventType,
    *,
    key: str,
    released: UUID | None = None,
) -> None:
    """Write the event of a change to the outbox: every version of the row has exactly one.

    `released` is the courier who had it before: the row has forgotten who that was.
    """
    event = OrderEvent(
        event_id=event_id(row.id, key, type_),
        type=type_,
        occurred_at=row.updated_at,
        aggregate_id=row.id,
        aggregate_version=row.version,
        correlation_id=row.correlation_id,
        order=state_of(row),
        courier_id=released,
    )
    await put(session, OutboxRow, event)

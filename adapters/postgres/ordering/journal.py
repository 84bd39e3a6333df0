"""What is written beside an order's row, in the transaction of its change: timeline and event."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.kafka.codec import encode
from adapters.postgres.ordering.tables import OrderRow, OutboxRow, TimelineRow
from domain.events import OrderEvent, OrderEventType, event_id
from domain.money import Money
from domain.timeline import Happening

_EVENT_TYPES = frozenset(OrderEventType)
_PROMISES = frozenset({OrderEventType.ACCEPTED, OrderEventType.DELAYED})
_CARRIED = frozenset({OrderEventType.PICKED_UP, OrderEventType.DELIVERED, OrderEventType.CANCELLED})


async def tell(
    session: AsyncSession, row: OrderRow, *, key: str, happenings: Sequence[Happening]
) -> None:
    """Append to the timeline. The caller holds the lock on the order's row: so there is no gap."""
    last = (
        select(func.coalesce(func.max(TimelineRow.sequence), 0))
        .where(TimelineRow.order_id == row.id)
        .scalar_subquery()
    )
    # A statement each: SQLAlchemy compiles one with several rows anew every time.
    for happening in happenings:
        entry = insert(TimelineRow).values(
            order_id=row.id,
            sequence=last + 1,
            key=key,
            at=row.updated_at,
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


async def publish_status(session: AsyncSession, row: OrderRow, *, key: str) -> None:
    """Write the event of the row's status to the outbox, where that status has one."""
    if f"order_{row.status}" in _EVENT_TYPES:
        await publish(session, row, OrderEventType(f"order_{row.status}"), key=key)


async def publish(session: AsyncSession, row: OrderRow, type_: OrderEventType, *, key: str) -> None:
    await _put(session, _event_of(row, type_, key=key))


async def publish_release(
    session: AsyncSession, row: OrderRow, *, key: str, courier_id: UUID
) -> None:
    """Of the courier who had it: the row has forgotten who that was."""
    event = _event_of(row, OrderEventType.COURIER_RELEASED, key=key)
    await _put(session, replace(event, courier_id=courier_id))


async def _put(session: AsyncSession, event: OrderEvent) -> None:
    await session.execute(
        insert(OutboxRow).values(
            id=event.event_id,
            aggregatetype="order",
            aggregateid=str(event.order_id),
            type=event.type,
            payload=encode(event),
            headers={"correlation_id": event.correlation_id},
        )
    )


def _event_of(row: OrderRow, type_: OrderEventType, *, key: str) -> OrderEvent:
    return OrderEvent(
        event_id=event_id(row.id, key, type_),
        type=type_,
        occurred_at=row.updated_at,
        order_id=row.id,
        aggregate_version=row.version,
        correlation_id=row.correlation_id,
        customer_id=row.customer_id,
        restaurant_id=row.restaurant_id,
        total=Money(row.total, row.currency),
        refunded=Money(row.refunded, row.currency),
        code=row.cancellation_code,
        ready_by=row.ready_by if type_ in _PROMISES else None,
        courier_id=row.courier_id if type_ in _CARRIED else None,
    )

"""What is written beside a delivery's row, in the transaction of its change: the event."""

from sqlalchemy import Update, func
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.delivery.mapping import told_of
from adapters.postgres.delivery.tables import DeliveryRow, OutboxRow
from adapters.postgres.outbox import put
from adapters.telemetry import correlation_id_for
from domain.deliveries import ReleaseDelivery
from domain.events.deliveries import DeliveryEvent, DeliveryEventType
from domain.events.envelope import event_id


async def change(
    session: AsyncSession,
    statement: Insert | Update,
    type_: DeliveryEventType,
    *,
    released: ReleaseDelivery | None = None,
) -> bool:
    """Write one delivery's row, and the event of it: every version of the row has exactly one.

    Returns whether there was anything to write: a statement whose condition is not met changes
    nothing. `released` says who has the delivery no more: the row has forgotten that.
    """
    # The clock and not now(): the statement may have waited for another change of the delivery.
    returning = statement.returning(DeliveryRow, func.clock_timestamp())
    changed = await session.execute(returning, execution_options={"populate_existing": True})
    found = changed.one_or_none()
    if found is None:
        return False
    row, occurred_at = found
    event = DeliveryEvent(
        # No version is ever written twice, so it tells the changes of a delivery apart.
        event_id=event_id(row.order_id, str(row.version), type_),
        type=type_,
        occurred_at=occurred_at,
        aggregate_id=row.order_id,
        aggregate_version=row.version,
        correlation_id=correlation_id_for(row.order_id),
        delivery=told_of(row),
        courier_id=released.courier_id if released else None,
        lost=released.lost if released else None,
    )
    await put(session, OutboxRow, event)
    return True

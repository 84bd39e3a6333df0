"""The events of the catalogue, written in the transaction of the change they tell."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.mapping import item_told, restaurant_told
from adapters.postgres.catalog.tables import MenuItemRow, OutboxRow, ReservationRow, RestaurantRow
from adapters.postgres.outbox import put
from adapters.telemetry import correlation_id_for
from domain.events.envelope import event_id
from domain.events.restaurants import RestaurantEvent, RestaurantEventType
from domain.events.stock import StockEvent, StockEventType, StockMoved


async def tell_of_stock(
    session: AsyncSession,
    row: ReservationRow,
    type_: StockEventType,
    *,
    at: datetime,
    lines: Sequence[StockMoved] = (),
) -> None:
    """Write the event of a reservation's change: every version of the row has exactly one."""
    event = StockEvent(
        event_id=event_id(row.order_id, str(row.version), type_),
        type=type_,
        occurred_at=at,
        aggregate_id=row.order_id,
        aggregate_version=row.version,
        correlation_id=correlation_id_for(row.order_id),
        restaurant_id=row.restaurant_id,
        state=row.state,
        lines=tuple(lines),
    )
    await put(session, OutboxRow, event)


async def tell_of_restaurant(
    session: AsyncSession,
    restaurant_id: UUID,
    type_: RestaurantEventType,
    *,
    dish: MenuItemRow | None = None,
) -> None:
    """Count the restaurant's event, which locks its row until the end, and write it."""
    counted = (
        update(RestaurantRow)
        .where(RestaurantRow.id == restaurant_id)
        .values(event_version=RestaurantRow.event_version + 1)
        .returning(RestaurantRow, func.clock_timestamp())
    )
    result = await session.execute(counted, execution_options={"populate_existing": True})
    row, occurred_at = result.one()
    event = RestaurantEvent(
        event_id=event_id(restaurant_id, str(row.event_version), type_),
        type=type_,
        occurred_at=occurred_at,
        aggregate_id=restaurant_id,
        aggregate_version=row.event_version,
        correlation_id=correlation_id_for(restaurant_id),
        restaurant=restaurant_told(row),
        item=item_told(dish, row.currency) if dish else None,
    )
    await put(session, OutboxRow, event)

"""The clocks of the orders that are under way."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, cast, func, literal, select

from adapters.postgres.engine import Database
from adapters.postgres.ordering.mapping import order_of
from adapters.postgres.ordering.statements import ORDERS
from adapters.postgres.ordering.tables import OrderRow, TimelineRow
from domain.clocks import Clock, clock_of
from domain.orders import OrderStatus

_UNDER_WAY = [status for status in OrderStatus if not status.is_final]

# No status is ever returned to, so it has one entry.
_SINCE = (
    select(func.max(TimelineRow.at))
    .where(
        TimelineRow.order_id == OrderRow.id,
        TimelineRow.event == literal("order_") + cast(OrderRow.status, Text),
    )
    .scalar_subquery()
)


class ClockRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def under_way(self, *, restaurant_id: UUID | None = None, limit: int) -> Sequence[Clock]:
        """Of the orders that were placed first: with them lies what is late."""
        query = (
            ORDERS.add_columns(func.coalesce(_SINCE, OrderRow.placed_at))
            .where(OrderRow.status.in_(_UNDER_WAY))
            .order_by(OrderRow.placed_at, OrderRow.id)
            .limit(limit)
        )
        if restaurant_id:
            query = query.where(OrderRow.restaurant_id == restaurant_id)
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
        clocks = (clock_of(order_of(*row[:3]), row[3]) for row in rows)
        return [clock for clock in clocks if clock is not None]

"""Orders as reconciliation reads them: in pages of their own order, or by their ids."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, exists, select, tuple_

from adapters.postgres.engine import Database
from adapters.postgres.ordering.mapping import kept_of, payment_of, quote_of
from adapters.postgres.ordering.tables import OrderRow, TimelineRow
from domain.audit import ListOrders, PlacedOrder, Stage
from domain.orders import OrderStatus
from domain.witnesses import OrderRecord

_UNFINISHED = [status for status in OrderStatus if not status.is_final]

# Asked only of what needs it: who is to be paid out of what was kept.
_WAS_CARRIED = and_(
    OrderRow.kept.is_not(None),
    exists().where(
        TimelineRow.order_id == OrderRow.id,
        TimelineRow.event == f"order_{OrderStatus.PICKED_UP}",
    ),
)


class OrderAudit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, query: ListOrders) -> list[PlacedOrder]:
        """By `placed_at` and id."""
        place = tuple_(OrderRow.placed_at, OrderRow.id)
        page = select(OrderRow.id, OrderRow.placed_at).order_by(OrderRow.placed_at, OrderRow.id)
        if query.stage is Stage.RECENT:
            page = page.where(OrderRow.placed_at >= query.since)
        else:
            page = page.where(OrderRow.placed_at < query.since, OrderRow.status.in_(_UNFINISHED))
        if query.after.at and query.after.order_id:
            page = page.where(place > (query.after.at, query.after.order_id))
        async with self._database.transaction() as session:
            rows = await session.execute(page.limit(query.limit))
            return [PlacedOrder(order_id=id_, placed_at=placed_at) for id_, placed_at in rows]

    async def find(self, order_ids: Collection[UUID]) -> list[OrderRecord]:
        query = select(OrderRow, _WAS_CARRIED).where(OrderRow.id.in_(order_ids))
        async with self._database.transaction() as session:
            return [_record_of(*found) for found in await session.execute(query)]


def _record_of(row: OrderRow, was_carried: bool) -> OrderRecord:  # noqa: FBT001 - a column.
    return OrderRecord(
        order_id=row.id,
        customer_id=row.customer_id,
        restaurant_id=row.restaurant_id,
        courier_id=row.courier_id,
        status=row.status,
        quote=quote_of(row),
        payment=payment_of(row),
        kept=kept_of(row),
        was_carried=was_carried,
    )

"""Reservations as reconciliation reads them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from adapters.postgres.catalog.tables import ReservationRow
from adapters.postgres.engine import Database
from domain.audit import Reservation


class ReservationAudit:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, order_ids: Collection[UUID]) -> list[Reservation]:
        query = select(ReservationRow).where(ReservationRow.order_id.in_(order_ids))
        async with self._database.transaction() as session:
            rows = await session.scalars(query)
            return [Reservation(order_id=row.order_id, state=row.state) for row in rows]

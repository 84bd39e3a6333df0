"""What people wrote with an order and about it. It stays here: Temporal and Kafka never see it."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, select
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import Database
from adapters.postgres.ordering.mapping import ADDRESS, particulars_of
from adapters.postgres.ordering.tables import OrderRow, ParticularsRow, RemarkRow
from domain.accounts import NOWHERE, DeliveryAddress
from domain.orders import Actor, Particulars, Remark


class WritingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_particulars(
        self, order_id: UUID, request_hash: str, particulars: Particulars
    ) -> None:
        """Keep them before the order's workflow starts, because its row refers to them.

        Requests that race with one key each keep theirs; the one whose hash the order has counts.
        """
        kept = insert(ParticularsRow).values(
            order_id=order_id,
            request_hash=request_hash,
            address=ADDRESS.dump_python(particulars.address, mode="json"),
            notes=particulars.notes,
        )
        async with self._database.transaction() as session:
            await session.execute(kept.on_conflict_do_nothing())

    async def particulars(self, order_id: UUID, request_hash: str) -> Particulars | None:
        """For an order that was acknowledged and has no row yet."""
        async with self._database.transaction() as session:
            row = await session.get(ParticularsRow, (order_id, request_hash))
        return particulars_of(row) if row else None

    async def addresses(self, order_ids: Collection[UUID]) -> dict[UUID, DeliveryAddress]:
        """Where these orders go, by order; without those that are not there."""
        async with self._database.transaction() as session:
            rows = await session.execute(_addresses(order_ids))
            return {order_id: ADDRESS.validate_python(address) for order_id, address in rows}

    async def keep_remark(
        self,
        *,
        order_id: UUID,
        actor: Actor,
        account_id: UUID,
        text: str,
        remark_id: UUID | None = None,
    ) -> UUID:
        """Once where it has an id already: repeated, the first stays.

        Without its text where the order's customer was erased: nobody would ever erase that.
        """
        remark_id = remark_id or uuid4()
        # Whoever erases the customer at this moment waits for the lock, and then finds the remark.
        lock = _addresses([order_id]).with_for_update(read=True, of=ParticularsRow)
        async with self._database.transaction() as session:
            place = (await session.execute(lock)).one_or_none()
            is_erased = place and ADDRESS.validate_python(place.address) == NOWHERE
            kept = insert(RemarkRow).values(
                id=remark_id,
                order_id=order_id,
                actor=actor,
                account_id=account_id,
                text="" if is_erased else text,
            )
            await session.execute(kept.on_conflict_do_nothing(index_elements=[RemarkRow.id]))
        return remark_id

    async def remarks_of(self, order_id: UUID) -> Sequence[Remark]:
        """All about the order, the oldest first."""
        written = select(RemarkRow).where(RemarkRow.order_id == order_id)
        async with self._database.transaction() as session:
            rows = await session.scalars(written.order_by(RemarkRow.created_at, RemarkRow.id))
            return [_remark_of(row) for row in rows]

    async def remarks(self, remark_ids: Collection[UUID]) -> dict[UUID, Remark]:
        """Those that there are, by id."""
        written = select(RemarkRow).where(RemarkRow.id.in_(remark_ids))
        async with self._database.transaction() as session:
            return {row.id: _remark_of(row) for row in await session.scalars(written)}


def _addresses(order_ids: Collection[UUID]) -> Select[UUID, Any]:
    """Of each order that has a row, where it goes."""
    return (
        select(OrderRow.id, ParticularsRow.address)
        .join(
            ParticularsRow,
            and_(
                ParticularsRow.order_id == OrderRow.id,
                ParticularsRow.request_hash == OrderRow.request_hash,
            ),
        )
        .where(OrderRow.id.in_(order_ids))
    )


def _remark_of(row: RemarkRow) -> Remark:
    return Remark(
        remark_id=row.id,
        order_id=row.order_id,
        actor=row.actor,
        account_id=row.account_id,
        text=row.text,
        at=row.created_at,
    )

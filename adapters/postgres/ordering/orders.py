"""The orders' rows: written by their workflows alone, read by everybody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.ordering.journal import publish, tell, was_told
from adapters.postgres.ordering.mapping import balance_of, order_of
from adapters.postgres.ordering.statements import (
    ORDERS,
    advanced,
    inserted,
    locked,
    page_of,
    refunded,
)
from adapters.postgres.ordering.tables import OrderRow, TimelineRow
from domain.errors import DuplicateOrder, IllegalTransition, OrderNotFound
from domain.orders import (
    Actor,
    AdvanceOrder,
    Order,
    OrderStatus,
    RecordOrder,
    RecordPayment,
    TimelineEntry,
    step_key,
)
from domain.timeline import balance_moved, order_moved, payment_moved, refund_told


class OrderRepository:
    """Every write happens once per key: repeated, it changes nothing and raises nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, command: RecordOrder) -> None:
        """Write the new order, with its first timeline entry and event.

        Raises `DuplicateOrder` where another run of the workflow has written it.
        """
        order_id = command.order.order_id
        key = step_key(order_id, "record")
        async with self._database.transaction() as session:
            row = await session.scalar(inserted(command))
            if row is None:
                await _refuse_another_run(session, command)
                return
            placed = order_moved(OrderStatus.PLACED, actor=Actor.CUSTOMER)
            await tell(session, row, key=key, happenings=[placed])
            await publish(session, row, key=key)

    async def advance(self, command: AdvanceOrder) -> None:
        """Move the order to the status, with timeline entries and event.

        Raises `IllegalTransition` where its status does not lead there, and `OrderNotFound`.
        """
        async with self._database.transaction() as session:
            old = await _locked(session, command.order_id)
            before, status = balance_of(old), old.status
            row = await session.scalar(advanced(command))
            if row is None:
                # No status is ever returned to, so the key need only be looked for here.
                if not await was_told(session, command.order_id, key=command.key):
                    raise IllegalTransition(f"The order is {status}: it can't be {command.status}.")
                return
            moved = order_moved(
                command.status, actor=command.actor, cancellation=command.cancellation
            )
            # The money first: who follows the timeline stops at the final status.
            happenings = [*balance_moved(before, balance_of(row)), moved]
            await tell(session, row, key=command.key, happenings=happenings)
            await publish(session, row, key=command.key)

    async def record_payment(self, command: RecordPayment) -> None:
        """Write what became of the money, also of an order that has ended.

        Raises `OrderNotFound`.
        """
        async with self._database.transaction() as session:
            before = balance_of(await _locked(session, command.order_id))
            if await was_told(session, command.order_id, key=command.key):
                return
            row = (await session.scalars(refunded(command))).one()
            after = balance_of(row)
            paid = payment_moved(before.payment, after.payment)
            happenings = [*paid, *refund_told(before, after)]
            await tell(session, row, key=command.key, happenings=happenings)

    async def find(self, order_id: UUID) -> Order | None:
        async with self._database.transaction() as session:
            found = (await session.execute(ORDERS.where(OrderRow.id == order_id))).one_or_none()
        return order_of(*found) if found else None

    async def timeline(self, order_id: UUID) -> Sequence[TimelineEntry]:
        """Oldest first; empty where there is no such order."""
        entries = select(TimelineRow).where(TimelineRow.order_id == order_id)
        async with self._database.transaction() as session:
            rows = (await session.scalars(entries.order_by(TimelineRow.sequence))).all()
        return [
            TimelineEntry(
                sequence=row.sequence,
                at=row.at,
                event=row.event,
                actor=row.actor,
                detail=row.detail,
            )
            for row in rows
        ]

    async def list(
        self,
        *,
        customer_id: UUID | None = None,
        restaurant_id: UUID | None = None,
        status: OrderStatus | None = None,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> Sequence[Order]:
        """Newest first. `before` is `placed_at` and id of the last order of the page before."""
        page = page_of(
            customer_id=customer_id, restaurant_id=restaurant_id, status=status, before=before
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(page.limit(limit))).all()
        return [order_of(*row) for row in rows]


async def _locked(session: AsyncSession, order_id: UUID) -> OrderRow:
    row = await session.scalar(locked(order_id))
    if row is None:
        raise OrderNotFound("There is no such order.")
    return row


async def _refuse_another_run(session: AsyncSession, command: RecordOrder) -> None:
    order_id = command.order.order_id
    run_id = await session.scalar(select(OrderRow.run_id).where(OrderRow.id == order_id))
    if run_id != command.run_id:
        raise DuplicateOrder("This order is already under way.")

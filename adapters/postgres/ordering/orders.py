"""The orders' rows: written by their workflows alone, read by everybody."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.ordering.journal import publish, tell, was_published, was_told
from adapters.postgres.ordering.mapping import order_of, payment_columns, payment_of
from adapters.postgres.ordering.statements import (
    ORDERS,
    OrderFilter,
    advanced,
    inserted,
    locked,
    page_of,
    touched,
)
from adapters.postgres.ordering.tables import OrderRow, TimelineRow
from domain.errors import DuplicateOrder, IllegalTransition, OrderNotFound
from domain.events.orders import OrderEventType
from domain.orders import (
    AdvanceOrder,
    NoteOnTimeline,
    Order,
    RecordPayment,
    TimelineEntry,
    step_key,
)
from domain.payments import OrderPayment
from domain.progress import RecordCourier, RecordDelay, RecordOrder
from domain.timeline import (
    Happening,
    delayed,
    lines_dropped,
    order_moved,
    order_placed,
)


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
            placed = order_placed(command.order.again_of)
            await tell(session, row, key=key, happenings=[placed])
            await publish(session, row, OrderEventType.PLACED, key=key)

    async def advance(self, command: AdvanceOrder) -> None:
        """Move the order to the status, with timeline entries and event.

        Raises `IllegalTransition` where its status does not lead there, and `OrderNotFound`.
        """
        async with self._database.transaction() as session:
            old = await _locked(session, command.order_id)
            before, status = payment_of(old), old.status
            row = await session.scalar(advanced(command, _newer(command.payment, before)))
            if row is None:
                # No status is ever returned to, so the key need only be looked for here.
                if not await was_told(session, command.order_id, key=command.key):
                    raise IllegalTransition(f"The order is {status}: it can't be {command.status}.")
                return
            await tell(session, row, key=command.key, happenings=_moved(command))
            moved = OrderEventType(f"order_{command.status}")
            await publish(session, row, moved, key=command.key)

    async def record_payment(self, command: RecordPayment) -> None:
        """Write what became of the money, also of an order that has ended.

        Does nothing where the row has a newer one, or this one. Raises `OrderNotFound`.
        """
        async with self._database.transaction() as session:
            before = payment_of(await _locked(session, command.order_id))
            if command.payment.version < before.version or command.payment == before:
                return
            columns = payment_columns(command.payment)
            row = await _changed(session, command.order_id, **columns)
            # One step may bring news of the money more than once.
            key = f"{command.key}:{row.version}"
            await publish(session, row, OrderEventType.PAYMENT_CHANGED, key=key)

    async def record_delay(self, command: RecordDelay) -> None:
        """Write the kitchen's new promise, where it gives one, and that it is late."""
        more = timedelta(minutes=command.minutes)
        promise = (
            {"ready_by": command.ready_by}
            if command.ready_by
            else {"answer_by": OrderRow.answer_by + more}
        )
        async with self._database.transaction() as session:
            await _locked(session, command.order_id)
            if await was_told(session, command.order_id, key=command.key):
                return
            row = await _changed(session, command.order_id, **promise)
            said = delayed(command.minutes, command.ready_by, by=command.by)
            await tell(session, row, key=command.key, happenings=[said])
            await publish(session, row, OrderEventType.DELAYED, key=command.key)

    async def record_courier(self, command: RecordCourier) -> None:
        """Write who has it, or that nobody has."""
        type_ = (
            OrderEventType.COURIER_ASSIGNED
            if command.courier_id
            else OrderEventType.COURIER_RELEASED
        )
        async with self._database.transaction() as session:
            before = (await _locked(session, command.order_id)).courier_id
            # A try that was given up may arrive when later steps have moved on.
            if command.courier_id == before or await was_published(
                session, command.order_id, type_, key=command.key
            ):
                return
            row = await _changed(session, command.order_id, courier_id=command.courier_id)
            released = None if command.courier_id else before
            await publish(session, row, type_, key=command.key, released=released)

    async def note(self, command: NoteOnTimeline) -> None:
        """Add to the timeline, also of an order that has ended. Raises `OrderNotFound`."""
        async with self._database.transaction() as session:
            await _locked(session, command.order_id)
            if await was_told(session, command.order_id, key=command.key):
                return
            row = await _changed(session, command.order_id)
            said = Happening(command.event, command.actor, command.detail)
            await tell(session, row, key=command.key, happenings=[said])
            await publish(session, row, OrderEventType.NOTED, key=command.key)

    async def find(self, order_id: UUID) -> Order | None:
        async with self._database.transaction() as session:
            found = (await session.execute(ORDERS.where(OrderRow.id == order_id))).one_or_none()
        return order_of(*found) if found else None

    async def timeline(self, order_id: UUID, *, after: int = 0) -> Sequence[TimelineEntry]:
        """What comes after that sequence, oldest first; empty where there is no such order."""
        entries = select(TimelineRow).where(
            TimelineRow.order_id == order_id, TimelineRow.sequence > after
        )
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
        self, wanted: OrderFilter, *, before: tuple[datetime, UUID] | None = None, limit: int
    ) -> Sequence[Order]:
        """Newest first. `before` is `placed_at` and id of the last order of the page before."""
        page = page_of(wanted, before=before).limit(limit)
        async with self._database.transaction() as session:
            rows = (await session.execute(page)).all()
        return [order_of(*row) for row in rows]


def _newer(payment: OrderPayment | None, written: OrderPayment) -> OrderPayment | None:
    """`payment` where it is newer than what is written: writers may overtake each other."""
    return payment if payment and payment.version > written.version else None


def _moved(command: AdvanceOrder) -> list[Happening]:
    moved = order_moved(command.status, actor=command.actor, cancellation=command.cancellation)
    return [lines_dropped(command.revision), moved] if command.revision else [moved]


async def _changed(session: AsyncSession, order_id: UUID, **columns: Any) -> OrderRow:
    changed = touched(order_id).values(columns).returning(OrderRow)
    return (await session.scalars(changed)).one()


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

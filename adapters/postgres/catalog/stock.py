"""What orders hold of kitchens. Every change of stock and slots by an order goes through here.

Locks are taken in one order: reservation, restaurant, dishes.
"""

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import Update, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.journal import tell_of_stock
from adapters.postgres.catalog.kitchens import (
    free_slot,
    give_up,
    put_back,
    take_off_the_menu,
    take_out,
    take_slot,
)
from adapters.postgres.catalog.tables import ReservationRow
from adapters.postgres.engine import Database
from domain.errors import StepUndone
from domain.events.stock import StockEventType, StockMoved
from domain.stock import (
    ConsumeStock,
    ReleaseStock,
    ReservationState,
    ReserveStock,
    StockLine,
    WithdrawItems,
)

_Written = tuple[ReservationRow, datetime]


class StockRepository:
    """Every change has its event. Repeated, it changes nothing and tells nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, command: ReserveStock) -> None:
        """Take the dishes and a kitchen slot, all or nothing, once per order.

        Raises `StepUndone` where the release came first, `RestaurantClosed`, `KitchenFull` and
        `ItemUnavailable`.
        """
        restaurant_id, wanted = command.restaurant_id, _added_up(command.lines)
        async with self._database.transaction() as session:
            begun = await _begin(session, command)
            if begun is None:
                return
            row, at = begun
            await take_slot(session, restaurant_id)
            lines = await take_out(session, restaurant_id, command.order_id, wanted)
            await tell_of_stock(session, row, StockEventType.RESERVED, at=at, lines=lines)

    async def release(self, command: ReleaseStock) -> None:
        """Put back what the order holds, once, and let it hold nothing from now on."""
        state = ReservationState.RELEASED
        # One statement, so that a reservation that lands meanwhile is either seen or kept out.
        released = (
            insert(ReservationRow)
            .values(order_id=command.order_id, state=state, version=1)
            .on_conflict_do_update(
                index_elements=[ReservationRow.order_id],
                set_={"state": state, "version": ReservationRow.version + 1},
                where=ReservationRow.state == ReservationState.HELD,
            )
        )
        async with self._database.transaction() as session:
            written = await _write(session, released)
            if written is None:
                return
            row, at = written
            lines: list[StockMoved] = []
            if row.restaurant_id is not None:
                await free_slot(session, row.restaurant_id)
                lines = await put_back(session, command.order_id)
            await tell_of_stock(session, row, StockEventType.RELEASED, at=at, lines=lines)

    async def consume(self, command: ConsumeStock) -> None:
        """Use up what the order holds, once, and free its kitchen slot."""
        consumed = (
            update(ReservationRow)
            .where(
                ReservationRow.order_id == command.order_id,
                ReservationRow.state == ReservationState.HELD,
            )
            .values(state=ReservationState.CONSUMED, version=ReservationRow.version + 1)
        )
        async with self._database.transaction() as session:
            written = await _write(session, consumed)
            if written is None:
                return
            row, at = written
            if row.restaurant_id is not None:
                await free_slot(session, row.restaurant_id)
            await tell_of_stock(session, row, StockEventType.CONSUMED, at=at)

    async def withdraw(self, command: WithdrawItems) -> None:
        """Take the dishes off the menu, once per order: the staff may offer them again later.

        What the order took of them is not there, so it is forgotten and never put back.
        """
        withdrawn = (
            update(ReservationRow)
            .where(ReservationRow.order_id == command.order_id, ~ReservationRow.withdrew)
            .values(withdrew=True, version=ReservationRow.version + 1)
        )
        type_ = StockEventType.ITEMS_WITHDRAWN
        async with self._database.transaction() as session:
            written = await _write(session, withdrawn)
            if written is None:
                return
            row, at = written
            dishes = await take_off_the_menu(session, command.restaurant_id, command.menu_item_ids)
            lines = await give_up(session, command.order_id, dishes)
            await tell_of_stock(session, row, type_, at=at, lines=lines)


async def _begin(session: AsyncSession, command: ReserveStock) -> _Written | None:
    """Write this order's reservation; None where it was made before. Raises `StepUndone`."""
    begun = (
        insert(ReservationRow)
        .values(
            order_id=command.order_id,
            restaurant_id=command.restaurant_id,
            state=ReservationState.HELD,
            version=1,
        )
        .on_conflict_do_nothing()
    )
    written = await _write(session, begun)
    if written is not None:
        return written
    state = select(ReservationRow.state).where(ReservationRow.order_id == command.order_id)
    if await session.scalar(state) is ReservationState.RELEASED:
        raise StepUndone("What the order held was released before.")
    return None


async def _write(session: AsyncSession, statement: Insert | Update) -> _Written | None:
    """The reservation, and when that was; None where the statement's condition is not met."""
    # The clock and not now(): the statement may have waited for another change of it.
    written = await session.execute(statement.returning(ReservationRow, func.clock_timestamp()))
    return written.one_or_none()


def _added_up(lines: list[StockLine]) -> Counter[UUID]:
    """How many of each dish."""
    wanted: Counter[UUID] = Counter()
    for line in lines:
        wanted[line.menu_item_id] += line.quantity
    return wanted

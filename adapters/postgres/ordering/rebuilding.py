"""The orders as their events tell them, in `ordering.orders_rebuilt`, beside the live ones.

The statements are made of the columns of `OrderRow`, so that none can be forgotten.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Update,
    Uuid,
    any_,
    func,
    literal,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.ordering.mapping import columns_of
from adapters.postgres.ordering.tables import (
    ORDERS_REBUILT,
    Base,
    OutboxRow,
    ParticularsRow,
    RemarkRow,
)
from domain.events.orders import OrderEvent

_LIVE, _TOLD = Base.metadata.tables["ordering.orders"], ORDERS_REBUILT
_COLUMNS = [column.name for column in _LIVE.columns]

_THE_END = "ALTER TABLE ordering.orders {} TRIGGER orders_status_is_final"

_THE_RUN = func.hashtextextended("ordering.orders_rebuilt", 0)

T = TypeVar("T")

_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An order whose row is not what its events say. None where there is no row, or no event.

    The columns are as JSON has them.
    """

    order_id: UUID
    live: _Row | None
    told: _Row | None

    @property
    def is_newer_than_its_events(self) -> bool:
        """Its change may be on its way yet."""
        if self.live is None or self.told is None:
            return self.told is None
        return bool(self.told["version"] < self.live["version"])

    @property
    def fields(self) -> list[str]:
        if self.live is None or self.told is None:
            return []
        return [name for name in _COLUMNS if self.live[name] != self.told[name]]


class AlreadyRunning(Exception):
    """Somebody else is making the orders anew."""


class RebuiltOrders:
    """One at a time: it begins with an empty table, and `alone` sees to that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Until the block ends. Raises `AlreadyRunning` where another one, anywhere, is inside."""
        async with self._database.transaction() as session:
            if not await session.scalar(select(func.pg_try_advisory_xact_lock(_THE_RUN))):
                raise AlreadyRunning
            yield

    async def clear(self) -> None:
        async with self._patiently() as session:
            await session.execute(text("TRUNCATE ordering.orders_rebuilt"))

    async def write(self, events: Sequence[OrderEvent]) -> list[tuple[OrderEvent, str]]:
        """What is told of an order counts where nothing newer was.

        Returns the events that Postgres can't hold, and why.
        """
        async with self._patiently() as session:

            async def write(some: Sequence[OrderEvent]) -> None:
                if some:
                    await session.execute(_telling(), _newest_rows(some))

            return await _but_refused(session, events, write)

    async def newer_than_their_events(self) -> dict[UUID, int]:
        """The versions of rows that were changed since, or whose events are lost."""
        rows = (
            select(_LIVE.c.id, _LIVE.c.version)
            .outerjoin_from(_LIVE, _TOLD, _LIVE.c.id == _TOLD.c.id)
            .where(func.coalesce(_TOLD.c.version, 0) < _LIVE.c.version)
        )
        async with self._patiently() as session:
            return {row.id: row.version for row in await session.execute(rows)}

    async def waiting_to_be_sent(self) -> set[UUID]:
        """The orders of which an event is not in Kafka yet."""
        waiting = select(OutboxRow.aggregateid).where(OutboxRow.published_at.is_(None))
        async with self._patiently() as session:
            return {UUID(order_id) for order_id in await session.scalars(waiting.distinct())}

    async def differences(self) -> list[Difference]:
        """Of all orders, at one moment."""
        async with self._patiently() as session:
            return await _differences(session)

    async def size(self) -> int:
        """How many orders have a row."""
        async with self._patiently() as session:
            return await session.scalar(select(func.count()).select_from(_LIVE)) or 0

    async def swap(self, order_ids: Collection[UUID]) -> dict[UUID, str]:
        """Make their rows what their events say, and return which are left as they are, and why.

        Rows that have moved on since, or of which no event tells, are left; so is an order without
        what people wrote to it (the address that was given with it, the remark it ended with), or
        that breaks a rule of the table. Others are not written meanwhile, but read.
        """
        async with self._patiently() as session:

            async def write(some: Sequence[UUID]) -> None:
                await session.execute(_corrected(some))
                await session.execute(_put_back(some))

            await session.execute(text("SET LOCAL lock_timeout = '10s'"))
            await session.execute(text("LOCK TABLE ordering.orders IN EXCLUSIVE MODE"))
            # A damaged row may have ended in the wrong way.
            await session.execute(text(_THE_END.format("DISABLE")))
            refused = dict(await _but_refused(session, [*order_ids], write))
            await session.execute(text(_THE_END.format("ENABLE")))
            left = await _differences(session, order_ids)
        return {each.order_id: _why(each, refused) for each in left}

    @asynccontextmanager
    async def _patiently(self) -> AsyncIterator[AsyncSession]:
        """Whole tables take longer than the statements of an order."""
        async with self._database.transaction() as session:
            await session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session


async def _differences(
    session: AsyncSession, order_ids: Collection[UUID] | None = None
) -> list[Difference]:
    """Of these orders, or of all."""
    order_id = func.coalesce(_LIVE.c.id, _TOLD.c.id)
    differs = or_(*(_LIVE.c[name].is_distinct_from(_TOLD.c[name]) for name in _COLUMNS))
    rows = (
        select(
            order_id.label("order_id"),
            func.to_jsonb(_LIVE.table_valued()).label("live"),
            func.to_jsonb(_TOLD.table_valued()).label("told"),
        )
        .outerjoin_from(_LIVE, _TOLD, _LIVE.c.id == _TOLD.c.id, full=True)
        .where(differs, true() if order_ids is None else _is_one_of(order_id, order_ids))
        .order_by(func.coalesce(_LIVE.c.placed_at, _TOLD.c.placed_at), order_id)
    )
    return [
        Difference(order_id=row.order_id, live=row.live, told=row.told)
        for row in await session.execute(rows)
    ]


async def _but_refused(
    session: AsyncSession, things: Sequence[T], write: Callable[[Sequence[T]], Awaitable[None]]
) -> list[tuple[T, str]]:
    """Write all but those that the database refuses: halving finds them. Returns them, and why."""
    try:
        async with session.begin_nested():
            await write(things)
    except (DataError, IntegrityError) as error:
        if len(things) == 1:
            # The lines after the first quote the row.
            return [(things[0], str(error.orig).splitlines()[0])]
        middle = len(things) // 2
        halves = things[:middle], things[middle:]
        return [each for half in halves for each in await _but_refused(session, half, write)]
    return []


def _why(left: Difference, refused: Mapping[UUID, str]) -> str:
    if left.told is None:
        return "no event tells of it"
    if left.is_newer_than_its_events:
        return "it is newer than its events"
    return refused.get(left.order_id, "its particulars or its remark are gone")


def _newest_rows(events: Sequence[OrderEvent]) -> list[dict[str, Any]]:
    newest = dict[UUID, OrderEvent]()
    for event in events:
        known = newest.setdefault(event.aggregate_id, event)
        if event.aggregate_version > known.aggregate_version:
            newest[event.aggregate_id] = event
    return [columns_of(event) for event in newest.values()]


def _telling() -> Insert:
    fresh = insert(_TOLD)
    return fresh.on_conflict_do_update(
        index_elements=[_TOLD.c.id],
        set_={name: fresh.excluded[name] for name in _COLUMNS},
        where=fresh.excluded.version > _TOLD.c.version,
    )


def _corrected(order_ids: Collection[UUID]) -> Update:
    return (
        update(_LIVE)
        .values({name: _TOLD.c[name] for name in _COLUMNS})
        .where(
            _LIVE.c.id == _TOLD.c.id,
            _TOLD.c.version >= _LIVE.c.version,
            _is_one_of(_TOLD.c.id, order_ids),
            _has_its_remark(),
        )
    )


def _put_back(order_ids: Collection[UUID]) -> Insert:
    has_its_particulars = (
        select(ParticularsRow)
        .where(
            ParticularsRow.order_id == _TOLD.c.id,
            ParticularsRow.request_hash == _TOLD.c.request_hash,
        )
        .exists()
    )
    told = select(_TOLD).where(
        _is_one_of(_TOLD.c.id, order_ids), has_its_particulars, _has_its_remark()
    )
    return insert(_LIVE).from_select(_COLUMNS, told).on_conflict_do_nothing()


def _has_its_remark() -> ColumnElement[bool]:
    """Or never had one. A backup that was restored may be older than the remark."""
    return or_(
        _TOLD.c.remark_id.is_(None),
        select(RemarkRow).where(RemarkRow.id == _TOLD.c.remark_id).exists(),
    )


def _is_one_of(column: ColumnElement[UUID], order_ids: Collection[UUID]) -> ColumnElement[bool]:
    """However many they are, they are one parameter."""
    return column == any_(literal([*order_ids], ARRAY(Uuid())))

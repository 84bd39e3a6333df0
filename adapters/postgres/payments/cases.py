"""Cases: money that is owed and could not be given back, each somebody's until it is resolved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, case, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import CaseRow
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.refunds import RefundRepository
from adapters.postgres.payments.standing import locked, restate, standing_of
from domain.casework import Case
from domain.differences import is_own_case
from domain.events.payments import PaymentEventType
from domain.money import Money
from domain.payments import CloseCase, OpenCase, OrderPayment, Resolution


class CaseRepository:
    """Every write holds the payment's row, and lets it say that money is due, or no more."""

    def __init__(self, database: Database, refunds: RefundRepository) -> None:
        self._database = database
        self._refunds = refunds

    async def open(self, command: OpenCase) -> OrderPayment:
        """Open it, once. One that ended because the money went through opens again.

        It takes a later deadline to open it again: so a late repetition of the first opening
        leaves it closed.
        """
        async with self._database.transaction() as session:
            await locked(session, command.order_id)
            was_open = await session.scalar(_is_open(command.key))
            opened = await session.scalar(_opened(command))
            is_news = not was_open and not is_own_case(command.key)
            news = [_due(opened)] if opened and is_news else []
            return await _restated(session, command, news)

    async def remind(self, key: str) -> None:
        """Write that its deadline passed, where it is open still."""
        reminded = update(CaseRow).where(CaseRow.key == key, CaseRow.resolved_at.is_(None))
        async with self._database.transaction() as session:
            await session.execute(reminded.values(reminded_at=func.now()))

    async def close(self, command: CloseCase) -> OrderPayment:
        """End it, where it is open; by hand or waived, its refund ends with it, if it is of one."""
        async with self._database.transaction() as session:
            await locked(session, command.order_id)
            news = list[News]()
            if await session.scalar(_closed(command)) and not is_own_case(command.key):
                news += await self._refunds.settle_by_hand(
                    session, command.key, command.resolution, command.reference
                )
                settled = PaymentEventType.REFUND_SETTLED
                news.append(News(type=settled, resolution=command.resolution))
            return await _restated(session, command, news)

    async def find(self, key: str) -> Case | None:
        async with self._database.transaction() as session:
            row = await session.get(CaseRow, key)
        return case_of(row) if row else None

    async def assign(self, key: str, owner: UUID) -> Case | None:
        """From now on it is `owner`'s; None where there is no such open case."""
        taken = update(CaseRow).where(CaseRow.key == key, CaseRow.resolved_at.is_(None))
        async with self._database.transaction() as session:
            row = await session.scalar(taken.values(owner=owner).returning(CaseRow))
        return case_of(row) if row else None

    async def open_ones(
        self, *, after: tuple[datetime, str] | None = None, limit: int
    ) -> Sequence[Case]:
        """By their deadline. `after` is deadline and key of the last one of the page before."""
        query = select(CaseRow).where(CaseRow.resolved_at.is_(None))
        if after:
            query = query.where(tuple_(CaseRow.deadline, CaseRow.key) > after)
        return await self._list(query.order_by(CaseRow.deadline, CaseRow.key).limit(limit))

    async def all(
        self, *, before: tuple[datetime, str] | None = None, limit: int
    ) -> Sequence[Case]:
        """The newest first. `before` is `opened_at` and key of the last one of the page before."""
        query = select(CaseRow)
        if before:
            query = query.where(tuple_(CaseRow.opened_at, CaseRow.key) < before)
        newest = query.order_by(CaseRow.opened_at.desc(), CaseRow.key.desc())
        return await self._list(newest.limit(limit))

    async def _list(self, query: Select[CaseRow]) -> Sequence[Case]:
        async with self._database.transaction() as session:
            return [case_of(row) for row in await session.scalars(query)]


def _is_open(key: str) -> Select[bool]:
    return select(CaseRow.resolved_at.is_(None)).where(CaseRow.key == key)


def _opened(command: OpenCase) -> ReturningInsert[CaseRow]:
    """Returns nothing where it ended otherwise, and stays so."""
    opened = insert(CaseRow).values(
        key=command.key,
        order_id=command.order_id,
        currency=command.amount.currency,
        amount=command.amount.amount,
        why=command.why,
        deadline=command.deadline,
    )
    is_open = CaseRow.resolved_at.is_(None)
    went_through = and_(
        CaseRow.resolution == Resolution.REFUNDED, CaseRow.deadline < command.deadline
    )
    return opened.on_conflict_do_update(
        index_elements=[CaseRow.key],
        set_={
            "why": command.why,
            # Whoever has it was promised the first deadline.
            "deadline": case((is_open, CaseRow.deadline), else_=command.deadline),
            "reminded_at": case((is_open, CaseRow.reminded_at), else_=None),
            "resolved_at": None,
            "resolution": None,
        },
        where=or_(is_open, went_through),
    ).returning(CaseRow)


def _closed(command: CloseCase) -> ReturningUpdate[CaseRow]:
    return (
        update(CaseRow)
        .where(CaseRow.key == command.key, CaseRow.resolved_at.is_(None))
        .values(
            resolved_at=func.now(),
            resolution=command.resolution,
            resolved_by=command.by,
            reference=command.reference or None,
            remark_id=command.remark_id,
        )
        .returning(CaseRow)
    )


def _due(row: CaseRow) -> News:
    owed = Money(row.amount, row.currency)
    return News(type=PaymentEventType.REFUND_DUE, owed=owed, deadline=row.deadline)


async def _restated(
    session: AsyncSession, command: OpenCase | CloseCase, news: Sequence[News]
) -> OrderPayment:
    await restate(session, command.order_id, *news)
    row = await locked(session, command.order_id)
    if row:
        return standing_of(row)
    # The undo of a payment that was never begun could not be looked into for a while.
    return OrderPayment.pending((await session.get_one(CaseRow, command.key)).currency)


def case_of(row: CaseRow) -> Case:
    return Case(
        key=row.key,
        order_id=row.order_id,
        amount=Money(row.amount, row.currency),
        why=row.why,
        owner=row.owner,
        deadline=row.deadline,
        reminded_at=row.reminded_at,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        resolution=row.resolution,
        resolved_by=row.resolved_by,
        reference=row.reference,
        remark_id=row.remark_id,
    )

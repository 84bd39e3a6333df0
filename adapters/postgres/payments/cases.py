"""Cases: money that is owed and could not be given back, each somebody's until it is resolved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import IS_OPEN, CaseRow
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.refund_decisions import settle_by_hand
from adapters.postgres.payments.standing import locked, restate, standing_of
from domain.casework import Case, CloseCase, MoveOpenCase, OpenCase, Resolution
from domain.differences import is_of_reconciliation
from domain.events.payments import PaymentEventType
from domain.money import Money
from domain.payments import OrderPayment


class CaseRepository:
    """Every write holds the payment's row, and lets it say that money is due, or no more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, command: OpenCase) -> OrderPayment:
        """Open it, once. One that ended because the money went through opens again.

        It takes a later deadline to open it again: so a late repetition of the first opening
        leaves it closed.
        """
        async with self._database.transaction() as session:
            await locked(session, command.order_id)
            was_open = await session.scalar(select(IS_OPEN).where(CaseRow.key == command.key))
            opened = await session.scalar(_opened(command))
            is_news = not was_open and not is_of_reconciliation(command.key)
            news = [_due(opened)] if opened and is_news else []
            return await _restated(session, command, news)

    async def remind(self, key: str) -> None:
        """Write that its deadline passed, where it is open still."""
        reminded = update(CaseRow).where(CaseRow.key == key, IS_OPEN)
        async with self._database.transaction() as session:
            await session.execute(reminded.values(reminded_at=func.now()))

    async def close(self, command: CloseCase) -> OrderPayment:
        """End it, where it is open; by hand or waived, its refund ends with it, if it is of one."""
        async with self._database.transaction() as session:
            await locked(session, command.order_id)
            news = list[News]()
            if await session.scalar(_closed(command)) and not is_of_reconciliation(command.key):
                news += await settle_by_hand(session, command)
                settled = PaymentEventType.REFUND_SETTLED
                news.append(News(type=settled, resolution=command.resolution))
            return await _restated(session, command, news)

    async def find(self, key: str) -> Case | None:
        async with self._database.transaction() as session:
            row = await session.get(CaseRow, key)
        return case_of(row) if row else None

    async def move(self, command: MoveOpenCase) -> Case | None:
        """None where there is no such open case. A new deadline is reminded of anew."""
        columns: dict[str, Any] = {"owner": command.owner or CaseRow.owner}
        if command.deadline:
            columns |= {
                "deadline": command.deadline,
                "first_deadline": func.coalesce(CaseRow.first_deadline, CaseRow.deadline),
                "reminded_at": None,
            }
        moved = update(CaseRow).where(CaseRow.key == command.key, IS_OPEN)
        async with self._database.transaction() as session:
            row = await session.scalar(moved.values(columns).returning(CaseRow))
        return case_of(row) if row else None

    async def open_ones(
        self, *, after: tuple[datetime, str] | None = None, limit: int
    ) -> Sequence[Case]:
        """By their deadline. `after` is deadline and key of the last one of the page before."""
        query = select(CaseRow).where(IS_OPEN)
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


def _opened(command: OpenCase) -> ReturningInsert[CaseRow]:
    """Returns nothing where it ended otherwise, and stays so."""
    opened = insert(CaseRow).values(
        key=command.key,
        order_id=command.order_id,
        currency=command.amount.currency,
        amount=command.amount.amount,
        why=command.why,
        deadline=command.deadline,
        first_deadline=command.deadline,
    )
    went_through = and_(
        CaseRow.resolution == Resolution.REFUNDED,
        func.coalesce(CaseRow.first_deadline, CaseRow.deadline) < command.deadline,
    )
    return opened.on_conflict_do_update(
        index_elements=[CaseRow.key],
        set_={
            "why": command.why,
            "amount": command.amount.amount,
            # Whoever has it was promised a deadline.
            "deadline": case((IS_OPEN, CaseRow.deadline), else_=command.deadline),
            "first_deadline": case((IS_OPEN, CaseRow.first_deadline), else_=command.deadline),
            "reminded_at": case((IS_OPEN, CaseRow.reminded_at), else_=None),
            "resolved_at": None,
            "resolution": None,
        },
        where=or_(IS_OPEN, went_through),
    ).returning(CaseRow)


def _closed(command: CloseCase) -> ReturningUpdate[CaseRow]:
    return (
        update(CaseRow)
        .where(CaseRow.key == command.key, IS_OPEN)
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

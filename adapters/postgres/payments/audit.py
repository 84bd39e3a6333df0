"""Payments as reconciliation reads them: a batch of orders costs one statement a table."""

from collections import defaultdict
from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, column, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import case_of
from adapters.postgres.payments.casework_tables import IS_OPEN, CaseRow, DisputeRow
from adapters.postgres.payments.disputes import dispute_of
from adapters.postgres.payments.files import authorization_of
from adapters.postgres.payments.ledger_tables import EntryRow, PostingRow
from adapters.postgres.payments.refund_rows import refund_of
from adapters.postgres.payments.standing import standing_of
from adapters.postgres.payments.tables import (
    AuthorizationRow,
    CustomerRow,
    PaymentRow,
    RefundRow,
)
from domain.audit import ListOwed
from domain.casework import Case
from domain.money import Money
from domain.refunds import RefundState
from domain.witnesses import PaymentRecord

Row = TypeVar("Row", AuthorizationRow, RefundRow, DisputeRow)

# The oldest first.
_ATTEMPTS = select(AuthorizationRow).order_by(AuthorizationRow.created_at, AuthorizationRow.key)
_REFUNDS = select(RefundRow).order_by(RefundRow.created_at, RefundRow.key)
_DISPUTES = select(DisputeRow).order_by(DisputeRow.opened_at, DisputeRow.id)


class PaymentAudit:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def owed(self, query: ListOwed) -> list[UUID]:
        """Orders by id of which a case is open or a refund on its way."""
        cases = select(CaseRow.order_id).where(IS_OPEN)
        refunds = select(RefundRow.order_id).where(RefundRow.status == RefundState.PENDING)
        both = union(cases, refunds).subquery()
        page = select(both.c.order_id).order_by(both.c.order_id).limit(query.limit)
        if query.after:
            page = page.where(both.c.order_id > query.after)
        async with self._database.transaction() as session:
            return [*await session.scalars(page)]

    async def known(self, intent_ids: Collection[str], steps: Collection[str]) -> set[str]:
        """Those of Stripe's PaymentIntents, and of the steps behind them, that are ours."""
        query = select(AuthorizationRow.payment_intent_id, AuthorizationRow.key).where(
            or_(AuthorizationRow.payment_intent_id.in_(intent_ids), AuthorizationRow.key.in_(steps))
        )
        async with self._database.transaction() as session:
            return {name for row in await session.execute(query) for name in row if name}

    async def customers(self, order_ids: Collection[UUID]) -> list[str]:
        """Stripe's ids of the customers whose orders these are."""
        query = (
            select(CustomerRow.stripe_customer_id)
            .join(PaymentRow, PaymentRow.customer_id == CustomerRow.account_id)
            .where(PaymentRow.order_id.in_(order_ids))
            .distinct()
        )
        async with self._database.transaction() as session:
            return [*await session.scalars(query)]

    async def cases(self, order_ids: Collection[UUID]) -> list[Case]:
        query = select(CaseRow).where(CaseRow.order_id.in_(order_ids))
        async with self._database.transaction() as session:
            return [case_of(row) for row in await session.scalars(query)]

    async def find(self, order_ids: Collection[UUID]) -> list[PaymentRecord]:
        async with self._database.transaction() as session:
            payments = await session.scalars(
                select(PaymentRow).where(PaymentRow.order_id.in_(order_ids))
            )
            attempts = await _by_order(session, _ATTEMPTS, order_ids)
            refunds = await _by_order(session, _REFUNDS, order_ids)
            disputes = await _by_order(session, _DISPUTES, order_ids)
            ledger = await _ledger(session, order_ids)
            return [
                PaymentRecord(
                    order_id=row.order_id,
                    customer_id=row.customer_id,
                    amount=Money(row.amount, row.currency),
                    payment=standing_of(row),
                    is_settled=row.settled_at is not None,
                    attempts=[
                        authorization_of(each, row.currency) for each in attempts[row.order_id]
                    ],
                    refunds=[refund_of(each, row.currency) for each in refunds[row.order_id]],
                    disputes=[dispute_of(each) for each in disputes[row.order_id]],
                    ledger=ledger[row.order_id],
                )
                for row in payments
            ]


async def _by_order(
    session: AsyncSession, rows: Select[Row], order_ids: Collection[UUID]
) -> dict[UUID, list[Row]]:
    found = defaultdict[UUID, list[Row]](list)
    of_them = rows.where(column("order_id").in_(order_ids))
    for row in await session.scalars(of_them):
        found[row.order_id].append(row)
    return found


async def _ledger(session: AsyncSession, order_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Account -> balance, of what each order moved."""
    total = cast(func.sum(EntryRow.amount), BigInteger)
    sums = (
        select(PostingRow.order_id, EntryRow.account, total)
        .join(EntryRow)
        .where(PostingRow.order_id.in_(order_ids))
        .group_by(PostingRow.order_id, EntryRow.account)
    )
    found = defaultdict[UUID, dict[str, int]](dict)
    for order_id, account, amount in await session.execute(sums):
        found[order_id][account] = amount
    return found

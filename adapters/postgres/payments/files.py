"""What was done with orders' money, to read: by order, and as lists for support."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import case_of
from adapters.postgres.payments.casework_tables import CaseRow, DisputeRow
from adapters.postgres.payments.disputes import dispute_of
from adapters.postgres.payments.refund_rows import refund_of
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow, RefundRow
from domain.casework import MadeAuthorization, MadeRefund, MoneyFile
from domain.money import Money
from domain.refunds import RefundState

_REFUNDS = select(RefundRow, PaymentRow.currency).join(
    PaymentRow, PaymentRow.order_id == RefundRow.order_id
)


class MoneyFileRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_order(self, order_id: UUID) -> MoneyFile:
        """Empty where no payment was begun."""
        refunds = _REFUNDS.where(RefundRow.order_id == order_id)
        cases = select(CaseRow).where(CaseRow.order_id == order_id)
        disputes = select(DisputeRow).where(DisputeRow.order_id == order_id)
        async with self._database.transaction() as session:
            return MoneyFile(
                authorizations=await _authorizations(session, order_id),
                refunds=await _refunds(
                    session, refunds.order_by(RefundRow.created_at, RefundRow.key)
                ),
                cases=[
                    case_of(row) for row in await session.scalars(cases.order_by(CaseRow.opened_at))
                ],
                disputes=[
                    dispute_of(row)
                    for row in await session.scalars(disputes.order_by(DisputeRow.opened_at))
                ],
            )

    async def disputed(self, dispute_ids: Iterable[str]) -> Mapping[str, UUID]:
        """The orders that disputes are about, where these are written down."""
        query = select(DisputeRow.id, DisputeRow.order_id).where(DisputeRow.id.in_(dispute_ids))
        async with self._database.transaction() as session:
            return {row.id: row.order_id for row in await session.execute(query)}

    async def refund(self, part_of: str) -> MadeRefund | None:
        """What was promised, as the last attempt at it stands; None where nothing was.

        A later attempt may be of less: some of it was given back meanwhile.
        """
        attempts = _REFUNDS.where(RefundRow.part_of == part_of).order_by(
            RefundRow.created_at, RefundRow.key
        )
        async with self._database.transaction() as session:
            found = await _refunds(session, attempts)
        return replace(found[-1], amount=found[0].amount) if found else None

    async def refunds(
        self,
        *,
        state: RefundState | None = None,
        before: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> Sequence[MadeRefund]:
        """The newest first. `before` is time and id of the last one of the page before."""
        query = _REFUNDS.order_by(RefundRow.created_at.desc(), RefundRow.id.desc())
        if state:
            query = query.where(RefundRow.status == state)
        if before:
            query = query.where(tuple_(RefundRow.created_at, RefundRow.id) < before)
        async with self._database.transaction() as session:
            return await _refunds(session, query.limit(limit))


async def _authorizations(session: AsyncSession, order_id: UUID) -> list[MadeAuthorization]:
    query = (
        select(AuthorizationRow, PaymentRow.currency)
        .join(PaymentRow, PaymentRow.order_id == AuthorizationRow.order_id)
        .where(AuthorizationRow.order_id == order_id)
        .order_by(AuthorizationRow.created_at, AuthorizationRow.key)
    )
    return [authorization_of(row, currency) for row, currency in await session.execute(query)]


async def _refunds(session: AsyncSession, query: Select[RefundRow, str]) -> list[MadeRefund]:
    return [refund_of(row, currency) for row, currency in await session.execute(query)]


def authorization_of(row: AuthorizationRow, currency: str) -> MadeAuthorization:
    return MadeAuthorization(
        key=row.key,
        payment_intent_id=row.payment_intent_id,
        status=row.status,
        held=Money(row.held, currency),
        captured=Money(row.captured, currency),
        capture_before=row.capture_before,
        created_at=row.created_at,
    )

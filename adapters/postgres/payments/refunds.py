"""Refunds: planned before Stripe is asked, so that two undos never promise the same money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import step_rows
from adapters.postgres.payments.steps import Step
from adapters.postgres.payments.tables import PaymentRow, RefundRow
from domain.charges import Refund
from domain.money import Money
from domain.payments import PaymentStatus, RefundState

# Old news changes nothing: a refund may fail after it succeeded, and that is the last of it.
_BEFORE = {
    RefundState.PENDING: (RefundState.PENDING,),
    RefundState.SUCCEEDED: (RefundState.PENDING, RefundState.SUCCEEDED),
    RefundState.FAILED: (RefundState.PENDING, RefundState.SUCCEEDED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRefund:
    """A refund that Stripe may not have heard of."""

    step: Step
    amount: Money


class RefundRepository:
    """Every method is one transaction that holds the payment's row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(self, order_id: UUID, undo: str, attempt: int | None) -> list[PlannedRefund]:
        """Plan to give back all that is kept, and list what was planned and not made yet.

        The refund's key is that of `undo` and the number of its `attempt`, by default the next.
        """
        async with self._database.transaction() as session:
            payment = await _locked(session, order_id)
            refunds = await _of(session, order_id)
            kept = payment.captured - _sum(refunds, RefundState.PENDING, RefundState.SUCCEEDED)
            if kept > 0:
                await _plan(session, order_id, f"{undo}:{attempt or len(refunds) + 1}", kept)
            return [
                PlannedRefund(
                    step=await step_rows.locked(session, refund.key),
                    amount=Money(refund.amount, payment.currency),
                )
                for refund in await _of(session, order_id)
                if refund.status is RefundState.PENDING and refund.stripe_refund_id is None
            ]

    async def record(self, order_id: UUID, refunds: Iterable[Refund]) -> None:
        """Write how refunds stand at Stripe, and what that makes of the payment.

        A refund that somebody made at Stripe by hand has no key of ours and is left out.
        """
        async with self._database.transaction() as session:
            payment = await _locked(session, order_id)
            for refund in refunds:
                await _record(session, order_id, refund)
            # Only what arrived counts.
            refunded = _sum(await _of(session, order_id), RefundState.SUCCEEDED)
            if refunded != payment.refunded:
                await _count(session, payment, refunded)


async def _locked(session: AsyncSession, order_id: UUID) -> PaymentRow:
    query = select(PaymentRow).where(PaymentRow.order_id == order_id).with_for_update()
    return (await session.scalars(query)).one()


async def _of(session: AsyncSession, order_id: UUID) -> Sequence[RefundRow]:
    query = select(RefundRow).where(RefundRow.order_id == order_id).order_by(RefundRow.created_at)
    return (await session.scalars(query, execution_options={"populate_existing": True})).all()


def _sum(refunds: Sequence[RefundRow], *states: RefundState) -> int:
    return sum(refund.amount for refund in refunds if refund.status in states)


async def _plan(session: AsyncSession, order_id: UUID, key: str, amount: int) -> None:
    await step_rows.begin(session, key)
    refund = insert(RefundRow).values(
        order_id=order_id, key=key, amount=amount, status=RefundState.PENDING
    )
    # There already where this attempt failed: another try is another attempt.
    await session.execute(refund.on_conflict_do_nothing(index_elements=[RefundRow.key]))


async def _record(session: AsyncSession, order_id: UUID, refund: Refund) -> None:
    written = await session.scalar(
        update(RefundRow)
        .where(
            RefundRow.order_id == order_id,
            RefundRow.key == refund.key,
            RefundRow.status.in_(_BEFORE[refund.state]),
        )
        .values(stripe_refund_id=refund.id, status=refund.state)
        .returning(RefundRow.key)
    )
    if written:
        await step_rows.end(session, refund.key)


async def _count(session: AsyncSession, payment: PaymentRow, refunded: int) -> None:
    status = PaymentStatus.PARTIALLY_REFUNDED
    if refunded in (0, payment.captured):
        status = PaymentStatus.REFUNDED if refunded else PaymentStatus.CAPTURED
    await session.execute(
        update(PaymentRow)
        .where(PaymentRow.order_id == payment.order_id)
        .values(refunded=refunded, status=status, version=PaymentRow.version + 1)
    )

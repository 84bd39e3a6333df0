"""Refunds: planned before Stripe is asked, so that two never promise the same money.

Every method is one transaction that holds the payment's row.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import refund_news, refund_rows, step_rows
from adapters.postgres.payments.refund_decisions import debts_of
from adapters.postgres.payments.refund_rows import Refunds, Whose
from adapters.postgres.payments.standing import restate, standing_of
from adapters.postgres.payments.steps import Step
from domain.charges import Refund
from domain.errors import (
    CurrencyMismatch,
    IdempotencyKeyReused,
    OrderNotFound,
)
from domain.money import Money
from domain.payments import OrderPayment
from domain.permissions import to_refund
from domain.refunds import FindDue, RefundPart, RefundResult, RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRefund:
    """A refund that Stripe may not have heard of."""

    step: Step
    amount: Money


class RefundRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan_part(self, part: RefundPart) -> OrderPayment:
        """Promise a part, once per key; its first attempt is planned with it.

        Raises `RefundExceedsCaptured`, `IdempotencyKeyReused`, `CurrencyMismatch`, and
        `OrderNotFound` for an order without a payment.
        """
        async with self._of(part.order_id) as (session, refunds):
            planned = [row for row in refunds.rows if row.part_of == part.key]
            if not planned:
                await _promise(session, refunds, part)
            # One that was found at Stripe has none.
            elif (planned[0].request_hash or "") != part.request_hash:
                raise IdempotencyKeyReused("This key was used for another refund.")
        return standing_of(refunds.payment)

    async def plan_attempt(self, part: RefundPart) -> list[PlannedRefund]:
        """The attempt at what is owed of a part that was promised, and not made or on its way.

        Lists what was planned and not made yet.
        """
        async with self._of(part.order_id) as (session, refunds):
            own = refunds.part(part.key)
            amount = min(own.promised, refunds.promised)
            await _attempt(session, refunds, part.attempt, amount=amount, whose=_whose(part))
            return await _planned(session, refunds.part(part.key))

    async def plan_undo(
        self, order_id: UUID, undo: str, attempt: int | None, *, keep: int = 0
    ) -> list[PlannedRefund]:
        """Plan to give back all but `keep`, and list what was planned and not made yet.

        The refund's key is that of `undo` and the number of its `attempt`, by default the next.
        """
        async with self._of(order_id) as (session, refunds):
            await refund_rows.owe_all(session, refunds, undo, keep)
            number = attempt or len(refunds.rows) + 1
            await _attempt(
                session, refunds, number, amount=refunds.promised, whose=Whose(part_of=undo)
            )
            return await _planned(session, refunds)

    async def record(self, order_id: UUID, found: Iterable[Refund]) -> None:
        """Write how refunds stand at Stripe, and what that makes of the payment.

        One that somebody made there by hand becomes one of ours.
        """
        async with self._of(order_id) as (session, refunds):
            await refund_news.record(session, refunds, found)

    async def result(self, part: RefundPart) -> RefundResult:
        """Where a part that was planned stands."""
        async with self._of(part.order_id) as (_, refunds):
            own = refunds.part(part.key)
        state = RefundState.SUCCEEDED
        if own.owed > 0:
            is_coming = own.promised <= 0 or refunds.promised <= 0
            state = RefundState.PENDING if is_coming else RefundState.FAILED
        return RefundResult(state=state, payment=standing_of(refunds.payment))

    async def due(self, command: FindDue) -> Money:
        """What is owed of it now; where that is nothing, as of money that is only held, `held`."""
        async with self._database.transaction() as session:
            refunds = await refund_rows.locked(session, command.order_id)
            if refunds is None:
                return command.held
            keep = command.keep.amount if command.keep else 0
            amount = (await debts_of(session, refunds, keep)).of(command.key)
            return Money(amount, refunds.payment.currency) if amount > 0 else command.held

    @asynccontextmanager
    async def _of(self, order_id: UUID) -> AsyncIterator[tuple[AsyncSession, Refunds]]:
        """The order's refunds; at the end its payment says what they say."""
        async with self._database.transaction() as session:
            refunds = await refund_rows.locked(session, order_id)
            if refunds is None:
                raise OrderNotFound("This order has no payment.")
            yield session, refunds
            await session.flush()
            await restate(session, order_id, *refunds.news)


async def _promise(session: AsyncSession, refunds: Refunds, part: RefundPart) -> None:
    currency = refunds.payment.currency
    if part.amount.currency != currency:
        message = f"This order was paid in {currency}."
        raise CurrencyMismatch(message)
    amount = to_refund(part.amount, left=Money(refunds.kept - refunds.owed, currency)).amount
    await refund_rows.owe(
        session, refunds, key=part.key, amount=amount, liable_account=part.liable_account
    )
    await _attempt(session, refunds, 1, amount=amount, whose=_whose(part))


async def _attempt(
    session: AsyncSession, refunds: Refunds, number: int, *, amount: int, whose: Whose
) -> None:
    key = f"{whose.part_of}:{number}"
    # There already where this attempt failed: another try is another attempt.
    if amount > 0 and key not in {row.key for row in refunds.rows}:
        await refund_rows.add(session, refunds, key=key, amount=amount, whose=whose)


async def _planned(session: AsyncSession, refunds: Refunds) -> list[PlannedRefund]:
    return [
        PlannedRefund(
            step=await step_rows.locked(session, row.key),
            amount=Money(row.amount, refunds.payment.currency),
        )
        for row in refunds.unmade
    ]


def _whose(part: RefundPart) -> Whose:
    return Whose(
        part_of=part.key,
        liable=part.liable,
        reason=part.reason,
        request_hash=part.request_hash,
        remark_id=part.remark_id,
    )

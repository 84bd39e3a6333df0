"""Refunds: planned before Stripe is asked, so that two never promise the same money.

Every method is one transaction that holds the payment's row.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import refund_rows, step_rows
from adapters.postgres.payments.casework_tables import CaseRow
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.refund_rows import Refunds, Whose
from adapters.postgres.payments.standing import locked, restate, standing_of
from adapters.postgres.payments.steps import Step
from adapters.postgres.payments.tables import RefundRow
from domain.charges import Refund
from domain.errors import (
    CurrencyMismatch,
    IdempotencyKeyReused,
    OrderNotFound,
    RefundExceedsCaptured,
    RefundNotDue,
)
from domain.ledger import PLATFORM
from domain.money import Money
from domain.payments import (
    OrderPayment,
    RefundPart,
    RefundReason,
    RefundResult,
    RefundState,
    Resolution,
)

# Old news changes nothing: a refund may fail after it succeeded, and that is the last of it.
_BEFORE = {
    RefundState.PENDING: (RefundState.PENDING,),
    RefundState.SUCCEEDED: (RefundState.PENDING,),
    RefundState.FAILED: (RefundState.PENDING, RefundState.SUCCEEDED),
}


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
            elif planned[0].request_hash != part.request_hash:
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
        self, order_id: UUID, undo: str, attempt: int | None
    ) -> list[PlannedRefund]:
        """Plan to give back all that is kept, and list what was planned and not made yet.

        The refund's key is that of `undo` and the number of its `attempt`, by default the next.
        """
        async with self._of(order_id) as (session, refunds):
            await _owe_all(session, refunds, undo)
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
            rows = {row.key: row for row in refunds.rows}
            foreign = [refund for refund in found if refund.key not in rows]
            for refund in found:
                if refund.key in rows:
                    await _record(session, refunds, rows[refund.key], refund)
            for refund in foreign:
                known = rows.get(refund.id or "") or await _adopt(session, refunds, refund)
                if known:
                    await _record(session, refunds, known, refund)

    async def result(self, part: RefundPart) -> RefundResult:
        """Where a part that was planned stands."""
        async with self._of(part.order_id) as (_, refunds):
            own = refunds.part(part.key)
        state = RefundState.SUCCEEDED
        if own.owed > 0:
            is_coming = own.promised <= 0 or refunds.promised <= 0
            state = RefundState.PENDING if is_coming else RefundState.FAILED
        return RefundResult(state=state, payment=standing_of(refunds.payment))

    @staticmethod
    async def settle_by_hand(
        session: AsyncSession, key: str, resolution: Resolution, reference: str
    ) -> list[News]:
        """End what is owed under the case `key`, of an undo or of a part, past Stripe.

        Paid by hand under `reference`, or waived; nothing where nothing is owed, as of money that
        is only held. The caller lets the payment's row say so, and tells what it returns. Raises
        `RefundNotDue` while Stripe has a refund of it on its way.
        """
        case = await session.get_one(CaseRow, key)
        refunds = await _locked(session, case.order_id)
        if refunds is None or resolution not in _DECIDED:
            return []
        whose = await _called_off(session, refunds, key)
        amount = refunds.promised
        if whose.reason is not RefundReason.ORDER_ENDED:
            amount = min(amount, refunds.part(key).promised)
        if amount > 0:
            own = f"{key}:by_hand:{len(refunds.rows) + 1}"
            row = await refund_rows.add(session, refunds, key=own, amount=amount, whose=whose)
            row.reference = reference or None
            await refund_rows.decide(session, refunds, row, _DECIDED[resolution])
        return refunds.news

    @asynccontextmanager
    async def _of(self, order_id: UUID) -> AsyncIterator[tuple[AsyncSession, Refunds]]:
        """The order's refunds; at the end its payment says what they say."""
        async with self._database.transaction() as session:
            refunds = await _locked(session, order_id)
            if refunds is None:
                raise OrderNotFound("This order has no payment.")
            yield session, refunds
            await session.flush()
            await restate(session, order_id, *refunds.news)


_DECIDED = {
    Resolution.PAID_BY_HAND: RefundState.SUCCEEDED,
    Resolution.WAIVED: RefundState.WAIVED,
}


async def _called_off(session: AsyncSession, refunds: Refunds, key: str) -> Whose:
    """Whose refund `key` is, once no attempt at it will be made any more."""
    attempts = [row for row in refunds.rows if row.part_of == key]
    if not attempts:
        # An undo that never came to plan anything.
        await _owe_all(session, refunds, key)
        return Whose(part_of=key)
    for row in attempts:
        if row.status is RefundState.PENDING and row.stripe_refund_id:
            raise RefundNotDue("A refund of it is on its way: wait for what becomes of it.")
        if row.status is RefundState.PENDING:
            await refund_rows.become(session, refunds, row, RefundState.FAILED)
    return refund_rows.whose(attempts[0])


async def _promise(session: AsyncSession, refunds: Refunds, part: RefundPart) -> None:
    currency = refunds.payment.currency
    if part.amount.currency != currency:
        message = f"This order was paid in {currency}."
        raise CurrencyMismatch(message)
    left = refunds.kept - refunds.owed
    if part.amount.amount > left:
        message = f"Only {Money(max(left, 0), currency)} of this order can still be given back."
        raise RefundExceedsCaptured(message)
    amount = part.amount.amount
    await refund_rows.owe(
        session, refunds, key=part.key, amount=amount, liable_account=part.liable_account
    )
    await _attempt(session, refunds, 1, amount=amount, whose=_whose(part))


async def _owe_all(session: AsyncSession, refunds: Refunds, undo: str) -> None:
    missing = refunds.kept - refunds.owed
    await refund_rows.owe(session, refunds, key=undo, amount=missing, liable_account=PLATFORM)


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


async def _record(session: AsyncSession, refunds: Refunds, row: RefundRow, found: Refund) -> None:
    # A refusal to make one says nothing about one that was made.
    was_refused = found.id is None and row.stripe_refund_id
    if row.status in _BEFORE[found.state] and not was_refused:
        row.stripe_refund_id = found.id or row.stripe_refund_id
        await refund_rows.become(session, refunds, row, found.state)


async def _adopt(session: AsyncSession, refunds: Refunds, found: Refund) -> RefundRow | None:
    """A row for a refund that somebody made at Stripe: it pays what is owed, if anything is.

    None where it counts for nothing, or is more than there is by our rows, as after a payment by
    hand: that is a difference, and no refund.
    """
    if found.id is None or found.state is RefundState.FAILED:
        return None
    await _make_room(session, refunds, found.amount)
    if found.amount > refunds.kept - refunds.sum(RefundState.PENDING):
        return None
    whose = Whose(part_of=found.id)
    missing = found.amount - refunds.promised
    if missing > 0:
        whose = Whose(part_of=found.id, reason=RefundReason.SUPPORT)
        await refund_rows.owe(
            session, refunds, key=found.id, amount=missing, liable_account=PLATFORM
        )
    return await refund_rows.add(session, refunds, key=found.id, amount=found.amount, whose=whose)


async def _make_room(session: AsyncSession, refunds: Refunds, amount: int) -> None:
    """Give up what was planned and can't be made any more, because this took its money."""
    for row in reversed(refunds.unmade):
        if amount > refunds.kept - refunds.sum(RefundState.PENDING):
            await refund_rows.become(session, refunds, row, RefundState.FAILED)


def _whose(part: RefundPart) -> Whose:
    return Whose(
        part_of=part.key,
        liable=part.liable,
        reason=part.reason,
        request_hash=part.request_hash,
        remark_id=part.remark_id,
    )


async def _locked(session: AsyncSession, order_id: UUID) -> Refunds | None:
    payment = await locked(session, order_id)
    return await refund_rows.of(session, payment) if payment else None

"""What Stripe says of refunds, also of those that somebody made there by hand."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments import refund_rows
from adapters.postgres.payments.refund_rows import Refunds, Whose
from adapters.postgres.payments.tables import RefundRow
from domain.charges import Refund
from domain.ledger import PLATFORM
from domain.refunds import RefundReason, RefundState

# Old news changes nothing: a refund may fail after it succeeded, and that is the last of it.
_BEFORE = {
    RefundState.PENDING: (RefundState.PENDING,),
    RefundState.SUCCEEDED: (RefundState.PENDING,),
    RefundState.FAILED: (RefundState.PENDING, RefundState.SUCCEEDED),
}


async def record(session: AsyncSession, refunds: Refunds, found: Iterable[Refund]) -> None:
    """One that is not among ours becomes one of them."""
    rows = {row.key: row for row in refunds.rows}
    foreign = [refund for refund in found if refund.key not in rows]
    for refund in found:
        if refund.key in rows:
            await _record(session, refunds, rows[refund.key], refund)
    for refund in foreign:
        known = rows.get(refund.id or "") or await _adopt(session, refunds, refund)
        if known:
            await _record(session, refunds, known, refund)


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

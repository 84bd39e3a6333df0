"""What a person decides about a refund past Stripe: it was paid by hand, or is waived."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments import refund_rows
from adapters.postgres.payments.casework_tables import (
    IS_OF_REFUND,
    IS_OPEN,
    CaseRow,
    DisputeRow,
)
from adapters.postgres.payments.disputes import dispute_of
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.refund_rows import Refunds, Whose
from domain.casework import CloseCase, Resolution
from domain.debts import NOTHING_TAKEN, Debts
from domain.disputes import taken_back
from domain.errors import RefundNotDue
from domain.money import Money
from domain.permissions import to_be_due
from domain.refunds import RefundState

_DECIDED = {
    Resolution.PAID_BY_HAND: RefundState.SUCCEEDED,
    Resolution.WAIVED: RefundState.WAIVED,
}


async def settle_by_hand(session: AsyncSession, command: CloseCase) -> list[News]:
    """End what is owed under the command's case, of an undo or of a part, past Stripe.

    Paid by hand, or waived. The caller lets the payment's row say so, and tells what it
    returns. Raises `RefundNotDue` where that is not what is owed now: Stripe has a refund of
    it on its way, the customer has the money, also through their bank where it would be paid by
    hand, or it was only held and there is none to pay.
    """
    key, resolution = command.key, command.resolution
    refunds = await refund_rows.locked(session, command.order_id)
    if resolution not in _DECIDED:
        return []
    if refunds is None:
        _check_is_waived(resolution)
        return []
    keep = command.keep.amount if command.keep else 0
    amount = (await debts_of(session, refunds, keep)).to_decide(key, resolution)
    to_be_due(command.amount, Money(amount, refunds.payment.currency))
    whose = await _called_off(session, refunds, key, keep)
    if amount:
        own = f"{key}:by_hand:{len(refunds.rows) + 1}"
        row = await refund_rows.add(session, refunds, key=own, amount=amount, whose=whose)
        row.reference = command.reference or None
        await refund_rows.decide(session, refunds, row, _DECIDED[resolution])
    return refunds.news


async def debts_of(session: AsyncSession, refunds: Refunds, keep: int) -> Debts:
    order_id = refunds.payment.order_id
    cases = select(CaseRow.key).where(CaseRow.order_id == order_id, IS_OPEN, IS_OF_REFUND)
    disputes = select(DisputeRow).where(DisputeRow.order_id == order_id)
    return Debts(
        captured=refunds.payment.captured,
        owed=refunds.owed,
        keep=keep,
        tries=[refund_rows.refund_of(row, refunds.payment.currency) for row in refunds.rows],
        cases=set(await session.scalars(cases)),
        disputed=taken_back(map(dispute_of, await session.scalars(disputes))),
    )


async def _called_off(session: AsyncSession, refunds: Refunds, key: str, keep: int) -> Whose:
    """Whose refund `key` is, once no attempt at it will be made any more."""
    attempts = [row for row in refunds.rows if row.part_of == key]
    if not attempts:
        # An undo that never came to plan anything.
        await refund_rows.owe_all(session, refunds, key, keep)
        return Whose(part_of=key)
    for row in attempts:
        if row.status is RefundState.PENDING:
            await refund_rows.become(session, refunds, row, RefundState.FAILED)
    return refund_rows.whose(attempts[0])


def _check_is_waived(resolution: Resolution) -> None:
    """Of a payment that was never begun."""
    if resolution is Resolution.PAID_BY_HAND:
        raise RefundNotDue(NOTHING_TAKEN)

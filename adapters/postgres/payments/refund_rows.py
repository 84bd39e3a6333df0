"""The statements about refunds, each within a transaction that holds the payment's row.

Every change of a refund's state is posted with it. What the account `refunds_due` holds for an
order is what is owed to its customer and was not made yet, whatever became of the attempts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments import ledger, standing, step_rows
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.ledger_tables import EntryRow, PostingRow
from adapters.postgres.payments.tables import PaymentRow, RefundRow
from domain.casework import MadeRefund
from domain.events.payments import PaymentEventType, RefundTold
from domain.ledger import (
    PLATFORM,
    REFUND_MADE,
    REFUND_PAID_BY_HAND,
    REFUND_RETURNED,
    REFUNDS_DUE,
    Movement,
    moved,
    refund_owed,
    refund_waived,
)
from domain.money import Money
from domain.refunds import Liable, RefundReason, RefundState

_MADE = (RefundState.SUCCEEDED, RefundState.WAIVED)

# What each change of a refund's state moves.
_POSTINGS = {RefundState.SUCCEEDED: REFUND_MADE, RefundState.FAILED: REFUND_RETURNED}

_TOLD = {
    RefundState.PENDING: PaymentEventType.REFUND_PENDING,
    RefundState.SUCCEEDED: PaymentEventType.REFUND_SUCCEEDED,
    RefundState.FAILED: PaymentEventType.REFUND_FAILED,
    RefundState.WAIVED: PaymentEventType.REFUND_WAIVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Of what a refund is an attempt, and who answers for it."""

    part_of: str
    liable: Liable = Liable.PLATFORM
    reason: RefundReason = RefundReason.ORDER_ENDED
    request_hash: str | None = None
    remark_id: UUID | None = None


def whose(row: RefundRow) -> Whose:
    return Whose(
        part_of=row.part_of,
        liable=row.liable,
        reason=row.reason,
        request_hash=row.request_hash,
        remark_id=row.remark_id,
    )


class Refunds:
    """An order's refunds, the oldest first, with what is owed of them.

    `moved` are those that came to be, or to another state, in this transaction.
    """

    def __init__(self, payment: PaymentRow, rows: Iterable[RefundRow], owed: int) -> None:
        self.payment = payment
        self.rows = list(rows)
        # And not made yet: minor units, as everything here.
        self.owed = owed
        self.moved: dict[str, RefundRow] = {}

    @property
    def kept(self) -> int:
        """What was taken, and neither given back nor, by decision, left with us."""
        return self.payment.captured - self.sum(*_MADE)

    @property
    def promised(self) -> int:
        """What is owed and has no refund on its way."""
        return self.owed - self.sum(RefundState.PENDING)

    @property
    def unmade(self) -> list[RefundRow]:
        """Planned, and Stripe may not have heard of them."""
        return [
            row
            for row in self.rows
            if row.status is RefundState.PENDING and row.stripe_refund_id is None
        ]

    def sum(self, *states: RefundState) -> int:
        return sum(row.amount for row in self.rows if row.status in states)

    @property
    def news(self) -> list[News]:
        """What there is to tell at the end of the transaction: how each that moved ended up."""
        return [
            News(type=_TOLD[row.status], refund=_told(row, self.payment.currency))
            for row in self.moved.values()
        ]

    def part(self, key: str) -> "Refunds":
        """The attempts at one part; as much is owed of it as they have not made."""
        rows = [row for row in self.rows if row.part_of == key]
        # Every attempt but the first may be of what is left.
        owed = rows[0].amount - sum(row.amount for row in rows if row.status in _MADE)
        return Refunds(self.payment, rows, min(self.owed, owed))


async def of(session: AsyncSession, payment: PaymentRow) -> Refunds:
    query = (
        select(RefundRow)
        .where(RefundRow.order_id == payment.order_id)
        .order_by(RefundRow.created_at, RefundRow.key)
    )
    rows = await session.scalars(query, execution_options={"populate_existing": True})
    return Refunds(payment, rows, await _owed(session, payment.order_id))


async def locked(session: AsyncSession, order_id: UUID) -> Refunds | None:
    """None where the order has no payment."""
    payment = await standing.locked(session, order_id)
    return await of(session, payment) if payment else None


async def add(
    session: AsyncSession, refunds: Refunds, *, key: str, amount: int, whose: Whose
) -> RefundRow:
    """A refund that is planned, as a step that can be taken."""
    await step_rows.begin(session, key)
    row = RefundRow(
        order_id=refunds.payment.order_id,
        key=key,
        amount=amount,
        status=RefundState.PENDING,
        part_of=whose.part_of,
        liable=whose.liable,
        reason=whose.reason,
        request_hash=whose.request_hash,
        remark_id=whose.remark_id,
    )
    session.add(row)
    await session.flush()
    refunds.rows.append(row)
    refunds.moved[key] = row
    return row


async def owe(
    session: AsyncSession, refunds: Refunds, *, key: str, amount: int, liable_account: str
) -> None:
    """Post that so much more is owed: the liable party's loss once the money was divided."""
    if amount <= 0:
        return
    is_settled = refunds.payment.settled_at is not None
    await _post(
        session,
        refunds.payment,
        Money(amount, refunds.payment.currency),
        key=f"{key}:owed",
        movement=refund_owed(liable_account, is_settled=is_settled),
    )
    refunds.owed += amount


async def owe_all(session: AsyncSession, refunds: Refunds, undo: str, keep: int) -> None:
    """All but `keep`."""
    missing = refunds.kept - refunds.owed - keep
    await owe(session, refunds, key=undo, amount=missing, liable_account=PLATFORM)


async def become(
    session: AsyncSession, refunds: Refunds, row: RefundRow, state: RefundState
) -> None:
    """Change the state of a refund at Stripe, and post what that moved."""
    if state is not row.status:
        if RefundState.SUCCEEDED in {state, row.status}:
            await _post_refund(session, refunds, row, _POSTINGS[state])
        row.status = state
        refunds.moved[row.key] = row
    await session.flush()
    await step_rows.end(session, row.key)


async def decide(
    session: AsyncSession, refunds: Refunds, row: RefundRow, state: RefundState
) -> None:
    """End a refund past Stripe: paid by hand, or waived."""
    if state is RefundState.WAIVED:
        movement = refund_waived(await _bearer(session, refunds.payment, row))
    else:
        movement = REFUND_PAID_BY_HAND
    await _post_refund(session, refunds, row, movement)
    row.status = state
    refunds.moved[row.key] = row
    await session.flush()
    await step_rows.end(session, row.key)


def _told(row: RefundRow, currency: str) -> RefundTold:
    return RefundTold(
        refund_id=row.id,
        amount=Money(row.amount, currency),
        liable=row.liable,
        reason=row.reason,
    )


async def _bearer(session: AsyncSession, payment: PaymentRow, row: RefundRow) -> str:
    """Who was to bear the refund and now need not: somebody else only once money was divided."""
    if payment.settled_at is None:
        return PLATFORM
    query = (
        select(EntryRow.account)
        .join(PostingRow)
        .where(
            PostingRow.order_id == row.order_id,
            EntryRow.account.startswith(f"{row.liable}:", autoescape=True),
        )
        .limit(1)
    )
    return await session.scalar(query) or PLATFORM


async def _owed(session: AsyncSession, order_id: UUID) -> int:
    credit = -cast(func.coalesce(func.sum(EntryRow.amount), 0), BigInteger)
    query = (
        select(credit)
        .join(PostingRow)
        .where(PostingRow.order_id == order_id, EntryRow.account == REFUNDS_DUE)
    )
    return (await session.scalars(query)).one()


async def _post_refund(
    session: AsyncSession,
    refunds: Refunds,
    row: RefundRow,
    movement: Movement,
) -> None:
    amount = Money(row.amount, refunds.payment.currency)
    await _post(session, refunds.payment, amount, key=f"{row.key}:{movement[0]}", movement=movement)
    # Debited, the account owes less.
    refunds.owed -= row.amount if movement[1][0] == REFUNDS_DUE else -row.amount


async def _post(
    session: AsyncSession,
    payment: PaymentRow,
    amount: Money,
    *,
    key: str,
    movement: Movement,
) -> None:
    kind, accounts = movement
    posting = moved(kind, amount, key=key, order_id=payment.order_id, accounts=accounts)
    await ledger.post(session, posting)


def refund_of(row: RefundRow, currency: str) -> MadeRefund:
    return MadeRefund(
        refund_id=row.id,
        order_id=row.order_id,
        part_of=row.part_of,
        stripe_refund_id=row.stripe_refund_id,
        reference=row.reference,
        amount=Money(row.amount, currency),
        state=row.status,
        liable=row.liable,
        reason=row.reason,
        request_hash=row.request_hash,
        remark_id=row.remark_id,
        created_at=row.created_at,
    )

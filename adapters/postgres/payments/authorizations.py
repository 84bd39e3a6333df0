"""The attempts to hold an order's money: statements, each within a transaction of its caller."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments import journal, ledger
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow
from domain.charges import Charge
from domain.events.payments import PaymentEventType
from domain.ledger import TAKEN, moved
from domain.money import Money
from domain.payments import AuthorizePayment, PaymentStatus

# A charge can only move these: after them come refunds, or nothing.
MOVABLE = (PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION, PaymentStatus.AUTHORIZED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An authorization as its row has it; `key` is that of its step.

    `intent_id` is None until an answer of Stripe's was written.
    """

    key: str
    intent_id: str | None
    status: PaymentStatus
    capture_before: datetime | None
    begun_at: datetime

    @property
    def is_movable(self) -> bool:
        """Whether money may still be held, or come to be held or taken."""
        return self.status in MOVABLE


async def begin(session: AsyncSession, command: AuthorizePayment) -> None:
    """A row for the attempt, and one for the payment where it is the first."""
    payment = insert(PaymentRow).values(
        order_id=command.order_id,
        customer_id=command.customer_id,
        currency=command.amount.currency,
        amount=command.amount.amount,
        status=PaymentStatus.PENDING,
        event_version=1,
    )
    started = await session.scalar(payment.on_conflict_do_nothing().returning(PaymentRow))
    if started:
        await journal.write(session, started, [News(type=PaymentEventType.STARTED)])
    attempt = insert(AuthorizationRow).values(
        key=command.key, order_id=command.order_id, status=PaymentStatus.PENDING
    )
    await session.execute(attempt.on_conflict_do_nothing())


async def of(session: AsyncSession, order_id: UUID) -> list[Attempt]:
    """The oldest first."""
    query = (
        select(AuthorizationRow)
        .where(AuthorizationRow.order_id == order_id)
        .order_by(AuthorizationRow.created_at, AuthorizationRow.key)
    )
    return [_attempt_of(row) for row in await session.scalars(query)]


async def write(
    session: AsyncSession, key: str, charge: Charge, *, unless_later_than: Collection[PaymentStatus]
) -> None:
    """Let the attempt say what Stripe said, unless its row has later news than these statuses."""
    row = await session.scalar(
        update(AuthorizationRow)
        .where(AuthorizationRow.key == key, AuthorizationRow.status.in_(unless_later_than))
        .values(
            payment_intent_id=charge.id or AuthorizationRow.payment_intent_id,
            client_secret=charge.client_secret,
            status=charge.status,
            held=charge.held,
            captured=charge.captured,
            capture_before=charge.capture_before,
        )
        .returning(AuthorizationRow)
    )
    if row and charge.captured:
        await _post_capture(session, row.order_id, key, charge.captured)


async def _post_capture(session: AsyncSession, order_id: UUID, key: str, amount: int) -> None:
    of_order = select(PaymentRow.currency).where(PaymentRow.order_id == order_id)
    currency = (await session.scalars(of_order)).one()
    kind, accounts = TAKEN
    taken = moved(
        kind, Money(amount, currency), key=f"{key}:captured", order_id=order_id, accounts=accounts
    )
    await ledger.post(session, taken)


def _attempt_of(row: AuthorizationRow) -> Attempt:
    return Attempt(
        key=row.key,
        intent_id=row.payment_intent_id,
        status=row.status,
        capture_before=row.capture_before,
        begun_at=row.created_at,
    )

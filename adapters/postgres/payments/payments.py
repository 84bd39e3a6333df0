"""Payments and the steps that move them. No transaction is open while Stripe is asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import step_rows
from adapters.postgres.payments.customers import CustomerRepository
from adapters.postgres.payments.refunds import RefundRepository
from adapters.postgres.payments.steps import Step, StepState
from adapters.postgres.payments.tables import PaymentRow, RefundRow
from domain.charges import Charge
from domain.money import Money
from domain.payments import (
    AuthorizePayment,
    OrderPayment,
    PaymentStatus,
    RefundResult,
    RefundState,
)

# A charge can only move these: after them come refunds, or nothing.
_MOVABLE = (PaymentStatus.PENDING, PaymentStatus.AUTHORIZED)

_REFUNDING = (
    select(cast(func.coalesce(func.sum(RefundRow.amount), 0), BigInteger))
    .where(RefundRow.order_id == PaymentRow.order_id, RefundRow.status == RefundState.PENDING)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its row has it.

    `intent_id` is None until an answer of Stripe's was written. `refunding` is on its way back.
    """

    order_id: UUID
    customer_id: UUID
    begun_at: datetime
    authorization_key: str
    intent_id: str | None
    amount: Money
    standing: OrderPayment
    refunding: Money

    @property
    def is_movable(self) -> bool:
        """Whether money may still be held, or come to be held or taken."""
        return self.standing.status in _MOVABLE

    @property
    def refund(self) -> RefundResult:
        """Where giving everything back stands."""
        kept = self.standing.captured - self.standing.refunded
        state = RefundState.PENDING if self.refunding.amount else RefundState.FAILED
        return RefundResult(
            state=state if kept.amount else RefundState.SUCCEEDED, payment=self.standing
        )


class PaymentRepository:
    """Every method is one transaction, and changes nothing where it is called again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.customers = CustomerRepository(database)
        self.refunds = RefundRepository(database)

    async def begin_authorization(self, command: AuthorizePayment) -> Step:
        """As `begin`, with a row for the payment."""
        async with self._database.transaction() as session:
            step = await step_rows.begin(session, command.key)
            if step.state is StepState.OPEN:
                payment = insert(PaymentRow).values(
                    order_id=command.order_id,
                    customer_id=command.customer_id,
                    authorization_key=command.key,
                    currency=command.amount.currency,
                    amount=command.amount.amount,
                    status=PaymentStatus.PENDING,
                )
                await session.execute(payment.on_conflict_do_nothing())
            return step

    async def begin(self, key: str) -> Step:
        """The step to take now, or how it ended before, or its tombstone."""
        async with self._database.transaction() as session:
            return await step_rows.begin(session, key)

    async def bury(self, key: str, *, by: str) -> Step:
        """Leave the tombstone of the undo `by` where the step `key` is, or would come to be."""
        async with self._database.transaction() as session:
            return await step_rows.bury(session, key, by)

    async def take_next_key(self, step: Step) -> None:
        async with self._database.transaction() as session:
            await step_rows.take_next_key(session, step)

    async def finish(self, step: Step, order_id: UUID, charge: Charge) -> Step:
        """Write what became of an open step; one that was undone meanwhile stays undone."""
        async with self._database.transaction() as session:
            now = await step_rows.locked(session, step.key)
            if now.state is not StepState.OPEN:
                return now
            await _move(session, order_id, charge)
            return await step_rows.end(session, step.key, charge.refusal)

    async def find(self, order_id: UUID) -> Payment | None:
        async with self._database.transaction() as session:
            found = (await session.execute(_payment(order_id))).one_or_none()
        return _payment_of(*found) if found else None

    async def standing(self, order_id: UUID) -> OrderPayment:
        """Of a payment that is known to be there."""
        async with self._database.transaction() as session:
            return _payment_of(*(await session.execute(_payment(order_id))).one()).standing


def _payment(order_id: UUID) -> Select[PaymentRow, int]:
    return select(PaymentRow, _REFUNDING).where(PaymentRow.order_id == order_id)


async def _move(session: AsyncSession, order_id: UUID, charge: Charge) -> None:
    """Let the row say what Stripe said, unless later news is in it already."""
    await session.execute(
        update(PaymentRow)
        .where(PaymentRow.order_id == order_id, PaymentRow.status.in_(_MOVABLE))
        .values(
            payment_intent_id=charge.id or PaymentRow.payment_intent_id,
            authorized=charge.held,
            captured=charge.captured,
            status=_status(charge),
            version=PaymentRow.version + 1,
        )
    )


def _status(charge: Charge) -> PaymentStatus:
    if charge.captured:
        return PaymentStatus.CAPTURED
    if charge.held:
        return PaymentStatus.AUTHORIZED
    return PaymentStatus.FAILED if charge.refusal else PaymentStatus.VOIDED


def _payment_of(row: PaymentRow, refunding: int) -> Payment:
    return Payment(
        order_id=row.order_id,
        customer_id=row.customer_id,
        begun_at=row.created_at,
        authorization_key=row.authorization_key,
        intent_id=row.payment_intent_id,
        amount=Money(row.amount, row.currency),
        standing=OrderPayment(
            status=row.status,
            authorized=Money(row.authorized, row.currency),
            captured=Money(row.captured, row.currency),
            refunded=Money(row.refunded, row.currency),
        ),
        refunding=Money(refunding, row.currency),
    )

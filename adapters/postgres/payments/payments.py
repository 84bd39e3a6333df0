"""Payments and the steps that move them. No transaction is open while Stripe is asked."""

from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import authorizations, step_rows
from adapters.postgres.payments.authorizations import MOVABLE, Attempt
from adapters.postgres.payments.customers import CustomerRepository
from adapters.postgres.payments.refunds import RefundRepository
from adapters.postgres.payments.standing import restate, standing_of
from adapters.postgres.payments.steps import Step
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow, RefundRow
from domain.charges import Charge
from domain.money import Money
from domain.payments import Authorization, AuthorizePayment, OrderPayment, PaymentStatus
from domain.refunds import RefundResult, RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as its rows have it: `attempts` the oldest first.

    `refunding` is on its way back, `waived` is by decision not given back.
    """

    order_id: UUID
    customer_id: UUID
    amount: Money
    standing: OrderPayment
    attempts: list[Attempt]
    refunding: Money
    waived: Money

    @property
    def taken(self) -> Attempt | None:
        """The one attempt that was captured, of which there may be refunds."""
        taken = (each for each in self.attempts if each.status is PaymentStatus.CAPTURED)
        return next(taken, None)

    def given_back(self, *, keep: int) -> RefundResult:
        """Where giving everything back but `keep` stands."""
        kept = self.standing.captured - self.standing.refunded - self.waived
        state = RefundState.PENDING if self.refunding.amount else RefundState.FAILED
        return RefundResult(
            state=state if kept.amount > keep else RefundState.SUCCEEDED, payment=self.standing
        )

    @property
    def to_capture(self) -> Attempt | None:
        """The one that was captured, or the last that Stripe knows."""
        known = (each for each in reversed(self.attempts) if each.intent_id)
        return self.taken or next(known, None)

    def attempt(self, key: str) -> Attempt | None:
        return next((each for each in self.attempts if each.key == key), None)

    def before(self, key: str) -> list[Attempt]:
        """The attempts that were begun before `key`."""
        return list(takewhile(lambda each: each.key != key, self.attempts))


class PaymentRepository:
    """Every method is one transaction, and changes nothing where it is called again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.customers = CustomerRepository(database)
        self.refunds = RefundRepository(database)

    async def begin_authorization(self, command: AuthorizePayment) -> Step:
        """As `begin`, with a row for the attempt."""
        async with self._database.transaction() as session:
            step = await step_rows.begin(session, command.key)
            if step.is_open:
                await authorizations.begin(session, command)
            if command.again:
                await restate(session, command.order_id)
            return step

    async def begin(self, key: str) -> Step:
        """The step to take now, or how it ended before, or its tombstone."""
        async with self._database.transaction() as session:
            return await step_rows.begin(session, key)

    async def step(self, key: str) -> Step:
        """Of a step that is known to be there."""
        async with self._database.transaction() as session:
            return await step_rows.locked(session, key)

    async def bury(self, key: str, *, by: str) -> Step:
        """Leave the tombstone of the undo `by` where the step `key` is, or would come to be."""
        async with self._database.transaction() as session:
            return await step_rows.bury(session, key, by)

    async def take_next_key(self, step: Step) -> None:
        async with self._database.transaction() as session:
            await step_rows.take_next_key(session, step)

    async def finish(self, step: Step, *, order_id: UUID, attempt: str, charge: Charge) -> Step:
        """Write what became of an open step that moved the money of the authorization `attempt`.

        One that was undone meanwhile stays undone; one that waits for the customer stays open.
        """
        async with self._database.transaction() as session:
            now = await step_rows.locked(session, step.key)
            if not now.is_open:
                return now
            await authorizations.write(session, attempt, charge, unless_later_than=MOVABLE)
            await restate(session, order_id)
            if charge.waits_for_the_customer:
                return now
            return await step_rows.end(session, step.key, charge.refusal)

    async def record(self, order_id: UUID, seen: Attempt, charge: Charge) -> None:
        """Write what Stripe says of an attempt that was `seen` before it was asked.

        Does nothing where the row has other news by now: they may be later ones.
        """
        async with self._database.transaction() as session:
            await authorizations.write(session, seen.key, charge, unless_later_than=(seen.status,))
            await restate(session, order_id)

    async def find(self, order_id: UUID) -> Payment | None:
        async with self._database.transaction() as session:
            row = await session.get(PaymentRow, order_id)
            return await _payment_of(session, row) if row else None

    async def standing(self, order_id: UUID) -> OrderPayment:
        """Of a payment that is known to be there."""
        async with self._database.transaction() as session:
            return standing_of(await session.get_one(PaymentRow, order_id))

    async def authorization(self, order_id: UUID, key: str) -> Authorization:
        """Where the authorization `key` stands, which is known to be there."""
        async with self._database.transaction() as session:
            row = await session.get_one(AuthorizationRow, key)
            payment = await session.get_one(PaymentRow, order_id)
            return Authorization(
                payment=standing_of(payment),
                capture_before=row.capture_before,
                payment_intent_id=row.payment_intent_id or "",
            )

    async def client_secret(self, order_id: UUID) -> str | None:
        """With which the customer authenticates; None where no authorization waits for that."""
        query = select(AuthorizationRow.client_secret).where(
            AuthorizationRow.order_id == order_id,
            AuthorizationRow.status == PaymentStatus.REQUIRES_ACTION,
        )
        async with self._database.transaction() as session:
            return (await session.scalars(query)).first()


async def _payment_of(session: AsyncSession, row: PaymentRow) -> Payment:
    return Payment(
        order_id=row.order_id,
        customer_id=row.customer_id,
        amount=Money(row.amount, row.currency),
        standing=standing_of(row),
        attempts=await authorizations.of(session, row.order_id),
        refunding=Money(await _refunds(session, row, RefundState.PENDING), row.currency),
        waived=Money(await _refunds(session, row, RefundState.WAIVED), row.currency),
    )


async def _refunds(session: AsyncSession, payment: PaymentRow, state: RefundState) -> int:
    """The sum of the payment's refunds in a state."""
    query = select(cast(func.coalesce(func.sum(RefundRow.amount), 0), BigInteger)).where(
        RefundRow.order_id == payment.order_id, RefundRow.status == state
    )
    return (await session.scalars(query)).one()

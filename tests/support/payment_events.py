"""What an order's money tells the world, held against its rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.kafka.codec import decode
from adapters.kafka.topics import PAYMENTS
from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import CaseRow, DisputeRow
from adapters.postgres.payments.tables import OutboxRow, PaymentRow, RefundRow
from domain.differences import RECONCILIATION_CASES
from domain.events.payments import PaymentEvent, PaymentEventType, PaymentState
from domain.money import Money


async def payment_events(payments: Database, order_id: UUID) -> list[PaymentEvent]:
    """As they are in the outbox, in the order in which they are sent."""
    async with payments.transaction() as session:
        return await _events(session, order_id)


async def untold(payments: Database, order_id: UUID) -> list[str]:
    """Where an order's events and its rows differ, in words; nothing where no payment was begun."""
    async with payments.transaction() as session:
        payment = await session.get(PaymentRow, order_id)
        events = await _events(session, order_id)
        if payment is None:
            return [f"there is no payment, but {events}"] if events else []
        return [
            *_numbers(payment, events),
            *_state(payment, events),
            *await _refunds(session, order_id, events),
            *await _disputes(session, order_id, events),
            *await _cases(session, payment, events),
        ]


async def _events(session: AsyncSession, order_id: UUID) -> list[PaymentEvent]:
    written = select(OutboxRow.payload).where(OutboxRow.aggregateid == str(order_id))
    payloads = await session.scalars(written.order_by(OutboxRow.position))
    return [decode(PAYMENTS, payload) for payload in payloads]


def _numbers(payment: PaymentRow, events: Sequence[PaymentEvent]) -> Iterator[str]:
    versions = [event.aggregate_version for event in events]
    if versions != [*range(1, payment.event_version + 1)]:
        yield f"the row counts {payment.event_version} events, there are {versions}"
    if any(later.occurred_at < earlier.occurred_at for earlier, later in pairwise(events)):
        yield f"the times of {events} go back"


def _state(payment: PaymentRow, events: Sequence[PaymentEvent]) -> Iterator[str]:
    currency = payment.currency
    state = PaymentState(
        status=payment.status,
        refund_status=payment.refund_status,
        amount=Money(payment.amount, currency),
        authorized=Money(payment.authorized, currency),
        captured=Money(payment.captured, currency),
        refunded=Money(payment.refunded, currency),
    )
    if [event.payment for event in events[-1:]] != [state]:
        yield f"the row says {state}, the events {events[-1:]}"
    is_settled = any(event.payer == "customer" for event in events)
    if is_settled is not (payment.settled_at is not None):
        yield f"settled {payment.settled_at}, the events say {is_settled}"


async def _refunds(
    session: AsyncSession, order_id: UUID, events: Sequence[PaymentEvent]
) -> Iterator[str]:
    rows = await session.scalars(select(RefundRow).where(RefundRow.order_id == order_id))
    stand = {row.id: (f"refund_{row.status}", row.amount) for row in rows}
    told = {
        event.refund.refund_id: (str(event.type), event.refund.amount.amount)
        for event in events
        if event.refund
    }
    return iter([] if told == stand else [f"the refunds are {stand}, the events say {told}"])


async def _disputes(
    session: AsyncSession, order_id: UUID, events: Sequence[PaymentEvent]
) -> Iterator[str]:
    rows = await session.scalars(select(DisputeRow).where(DisputeRow.order_id == order_id))
    words = {"open": "opened"}
    stand = {row.id: f"dispute_{words.get(row.state, row.state)}" for row in rows}
    told = {event.dispute.dispute_id: str(event.type) for event in events if event.dispute}
    return iter([] if told == stand else [f"the disputes are {stand}, the events say {told}"])


async def _cases(
    session: AsyncSession, payment: PaymentRow, events: Sequence[PaymentEvent]
) -> Iterator[str]:
    of_refunds = select(CaseRow).where(
        CaseRow.order_id == payment.order_id, ~CaseRow.key.contains(RECONCILIATION_CASES)
    )
    cases = (await session.scalars(of_refunds)).all()
    # A case that was there before the payment had nobody to be told of.
    if any(case.opened_at < payment.created_at for case in cases):
        return iter([])
    is_open = sum(case.resolved_at is None for case in cases)
    told = Counter(event.type for event in events)
    due = told[PaymentEventType.REFUND_DUE] - told[PaymentEventType.REFUND_SETTLED]
    return iter([] if due == is_open else [f"{is_open} cases are open, the events say {due}"])

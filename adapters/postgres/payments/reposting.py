"""Postings that are missing, written again from the rows that they should have come with."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import ledger
from adapters.postgres.payments.casework_tables import DisputeRow
from adapters.postgres.payments.ledger_tables import PostingRow
from adapters.postgres.payments.standing import locked
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow, RefundRow
from domain.disputes import DisputeState
from domain.ledger import (
    DISPUTES,
    PLATFORM,
    PSP,
    REFUND_MADE,
    REFUND_PAID_BY_HAND,
    REFUND_RETURNED,
    TAKEN,
    Movement,
    Posting,
    PostingKind,
    moved,
)
from domain.money import Money
from domain.refunds import RefundState

_DECIDED = {
    DisputeState.WON: (PostingKind.DISPUTE_WON, (PSP, DISPUTES)),
    DisputeState.LOST: (PostingKind.DISPUTE_LOST, (PLATFORM, DISPUTES)),
}


class Reposting:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def post_missing(self, order_id: UUID) -> None:
        """Post what was taken, given back and disputed of an order, where that was not posted.

        What was promised, divided or waived is not told by a row: that a person has to find out.
        """
        async with self._database.transaction() as session:
            payment = await locked(session, order_id)
            if payment is None:
                return
            there = await session.scalars(
                select(PostingRow.key).where(PostingRow.order_id == order_id)
            )
            posted = {*there}
            for posting in await _due(session, payment, posted):
                if posting.key not in posted:
                    await ledger.post(session, posting)


async def _due(session: AsyncSession, payment: PaymentRow, posted: set[str]) -> Sequence[Posting]:
    order_id = payment.order_id
    attempts = await session.scalars(
        select(AuthorizationRow).where(AuthorizationRow.order_id == order_id)
    )
    refunds = await session.scalars(select(RefundRow).where(RefundRow.order_id == order_id))
    disputes = await session.scalars(select(DisputeRow).where(DisputeRow.order_id == order_id))
    return [
        *(_posting(payment, row.key, row.captured, TAKEN) for row in attempts if row.captured),
        *(
            _posting(payment, row.key, row.amount, movement)
            for row in refunds
            for movement in _of_refund(row, posted)
        ),
        *(
            _posting(payment, row.id, row.amount, movement)
            for row in disputes
            for movement in _of_dispute(row)
        ),
    ]


def _of_refund(row: RefundRow, posted: set[str]) -> Iterator[Movement]:
    match row.status:
        case RefundState.SUCCEEDED if row.stripe_refund_id:
            yield REFUND_MADE
        case RefundState.SUCCEEDED:
            yield REFUND_PAID_BY_HAND
        case RefundState.FAILED if f"{row.key}:{PostingKind.REFUND_MADE}" in posted:
            yield REFUND_RETURNED


def _of_dispute(row: DisputeRow) -> Iterator[Movement]:
    yield PostingKind.DISPUTE_OPENED, (DISPUTES, PSP)
    if row.state in _DECIDED:
        yield _DECIDED[row.state]


def _posting(payment: PaymentRow, key: str, amount: int, movement: Movement) -> Posting:
    kind, accounts = movement
    return moved(
        kind,
        Money(amount, payment.currency),
        key=f"{key}:{kind}",
        order_id=payment.order_id,
        accounts=accounts,
    )

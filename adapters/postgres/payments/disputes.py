"""Disputes: what customers' banks took back, and what became of it."""

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from adapters.postgres.engine import Database
from adapters.postgres.payments import journal
from adapters.postgres.payments.casework_tables import DisputeRow
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.ledger import post
from adapters.postgres.payments.standing import locked
from domain import ledger
from domain.disputes import Dispute, DisputeState
from domain.events.payments import DisputeTold, PaymentEventType
from domain.ledger import PostingKind
from domain.money import Money

_MOVES = {
    DisputeState.OPEN: (PostingKind.DISPUTE_OPENED, (ledger.DISPUTES, ledger.PSP)),
    DisputeState.WON: (PostingKind.DISPUTE_WON, (ledger.PSP, ledger.DISPUTES)),
    DisputeState.LOST: (PostingKind.DISPUTE_LOST, (ledger.PLATFORM, ledger.DISPUTES)),
}

_TOLD = {
    DisputeState.OPEN: PaymentEventType.DISPUTE_OPENED,
    DisputeState.WON: PaymentEventType.DISPUTE_WON,
    DisputeState.LOST: PaymentEventType.DISPUTE_LOST,
}


class DisputeRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, dispute: Dispute) -> Dispute | None:
        """Write how it stands, with its postings, and return how it then stands here.

        Its amount is that of the first time; a dispute that was decided stays decided. None where
        the order is none of ours.
        """
        async with self._database.transaction() as session:
            payment = await locked(session, dispute.order_id)
            if payment is None:
                return None
            is_new = await session.scalar(_opened(dispute)) is not None
            row = await session.get_one(DisputeRow, dispute.dispute_id, with_for_update=True)
            news = [await _become(session, row, DisputeState.OPEN)] if is_new else []
            if row.state is DisputeState.OPEN:
                row.due_by = dispute.due_by
                if dispute.state is not DisputeState.OPEN:
                    row.state, row.closed_at = dispute.state, func.now()
                    news.append(await _become(session, row, dispute.state))
            if news:
                await journal.publish(session, payment, news)
            return dispute_of(row)


def _opened(dispute: Dispute) -> ReturningInsert[str]:
    """Returns nothing where it is there already."""
    opened = insert(DisputeRow).values(
        id=dispute.dispute_id,
        order_id=dispute.order_id,
        currency=dispute.amount.currency,
        amount=dispute.amount.amount,
        state=DisputeState.OPEN,
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        due_by=dispute.due_by,
    )
    return opened.on_conflict_do_nothing().returning(DisputeRow.id)


async def _become(session: AsyncSession, row: DisputeRow, state: DisputeState) -> News:
    """Post what it moved, and return what there is to tell."""
    kind, accounts = _MOVES[state]
    amount = Money(row.amount, row.currency)
    key = f"{row.id}:{kind}"
    await post(
        session, ledger.moved(kind, amount, key=key, order_id=row.order_id, accounts=accounts)
    )
    told = DisputeTold(dispute_id=row.id, amount=amount, reason=row.reason, due_by=row.due_by)
    return News(type=_TOLD[state], dispute=told)


def dispute_of(row: DisputeRow) -> Dispute:
    return Dispute(
        dispute_id=row.id,
        order_id=row.order_id,
        amount=Money(row.amount, row.currency),
        state=row.state,
        reason=row.reason,
        opened_at=row.opened_at,
        due_by=row.due_by,
    )

"""Disputes: what customers' banks took back, and what became of it."""

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import DisputeRow
from adapters.postgres.payments.ledger import post
from adapters.postgres.payments.standing import locked
from domain import ledger
from domain.ledger import PostingKind
from domain.money import Money
from domain.payments import Dispute, DisputeState

_MOVES = {
    DisputeState.OPEN: (PostingKind.DISPUTE_OPENED, (ledger.DISPUTES, ledger.PSP)),
    DisputeState.WON: (PostingKind.DISPUTE_WON, (ledger.PSP, ledger.DISPUTES)),
    DisputeState.LOST: (PostingKind.DISPUTE_LOST, (ledger.PLATFORM, ledger.DISPUTES)),
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
            if await locked(session, dispute.order_id) is None:
                return None
            await session.execute(_opened(dispute))
            row = await session.get_one(DisputeRow, dispute.dispute_id, with_for_update=True)
            await _post(session, row, DisputeState.OPEN)
            if row.state is DisputeState.OPEN:
                row.due_by = dispute.due_by
                if dispute.state is not DisputeState.OPEN:
                    row.state, row.closed_at = dispute.state, func.now()
                    await _post(session, row, dispute.state)
            return dispute_of(row)


def _opened(dispute: Dispute) -> Insert:
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
    return opened.on_conflict_do_nothing()


async def _post(session: AsyncSession, row: DisputeRow, state: DisputeState) -> None:
    kind, accounts = _MOVES[state]
    amount = Money(row.amount, row.currency)
    key = f"{row.id}:{kind}"
    await post(
        session, ledger.moved(kind, amount, key=key, order_id=row.order_id, accounts=accounts)
    )


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

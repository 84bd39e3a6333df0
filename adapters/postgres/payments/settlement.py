"""Dividing an order's money, in one transaction with the row that says that it was divided."""

from collections.abc import Mapping

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments import journal, ledger
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.ledger_tables import EntryRow, PostingRow
from adapters.postgres.payments.standing import locked
from adapters.postgres.payments.tables import PaymentRow, RefundRow
from domain.events.payments import PaymentEventType
from domain.ledger import CUSTOMER, Posting, PostingKind
from domain.money import Money
from domain.refunds import RefundReason
from domain.settlement import Attempted, SettlePayment, Share, borne, entries_of, paid_by


class SettlementRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def settle(self, command: SettlePayment) -> None:
        """Post the shares, once per key. Raises `LookupError` for an order without a payment.

        Paid by the customer, all that is kept for the order is divided, and from then on a refund
        comes out of the liable party's share. Paid by the platform, the customer's money stays
        the customer's: it is on its way back.
        """
        async with self._database.transaction() as session:
            payment = await locked(session, command.order_id)
            if payment is None:
                message = f"Order {command.order_id} has no payment."
                raise LookupError(message)
            if await ledger.find(session, command.key):
                return
            if command.payer == CUSTOMER:
                await _divide(session, payment, command)
            else:
                await _post(session, payment, command, paid_by(command.payer, command.shares))


async def _divide(session: AsyncSession, payment: PaymentRow, command: SettlePayment) -> None:
    if payment.settled_at is None:
        entries = entries_of(
            command.shares,
            kept=await _kept(session, payment),
            refunds=await _borne(session, command),
        )
        await _post(session, payment, command, entries)


async def _post(
    session: AsyncSession, payment: PaymentRow, command: SettlePayment, entries: Mapping[str, int]
) -> None:
    posting = Posting(
        key=command.key,
        kind=PostingKind.SETTLED,
        order_id=command.order_id,
        currency=payment.currency,
        entries=dict(entries),
    )
    await ledger.post(session, posting)
    settled = {"settled_at": func.now()} if command.payer == CUSTOMER else {}
    await journal.publish(session, payment, [_settled(posting, command.payer)], settled)


def _settled(posting: Posting, payer: str) -> News:
    """Says what was posted, which is not what was asked for where somebody bears a refund."""
    shares = tuple(
        Share(account=account, amount=Money(-amount, posting.currency))
        for account, amount in posting.entries.items()
        if account != payer
    )
    return News(type=PaymentEventType.SETTLED, payer=payer, shares=shares)


async def _kept(session: AsyncSession, payment: PaymentRow) -> int:
    """What the ledger keeps for the customer: the credit that the order left on their account."""
    credit = -cast(func.coalesce(func.sum(EntryRow.amount), 0), BigInteger)
    query = (
        select(credit)
        .join(PostingRow)
        .where(PostingRow.order_id == payment.order_id, EntryRow.account == CUSTOMER)
    )
    return (await session.scalars(query)).one()


async def _borne(session: AsyncSession, command: SettlePayment) -> Mapping[str, int]:
    query = (
        select(RefundRow.part_of, RefundRow.liable, RefundRow.amount, RefundRow.status)
        .where(RefundRow.order_id == command.order_id, RefundRow.reason == RefundReason.SUPPORT)
        .order_by(RefundRow.created_at, RefundRow.key)
    )
    attempts = [Attempted(*row) for row in await session.execute(query)]
    return borne(attempts, command.shares)

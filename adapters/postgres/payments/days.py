"""The money of a day, over all orders."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import IS_OF_REFUND, IS_OPEN, CaseRow
from adapters.postgres.payments.ledger_tables import EntryRow, PostingRow
from domain import ledger
from domain.days import DayOfMoney
from domain.ledger import PostingKind
from domain.money import Money

# Money that left us, or came back from a bank that refused the refund.
_BACK = {
    PostingKind.REFUND_MADE,
    PostingKind.REFUND_RETURNED,
    PostingKind.REFUND_PAID_BY_HAND,
}


class DayRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, day: date) -> list[DayOfMoney]:
        """By currency (UTC); `due` is what is due now, of whatever day."""
        begins = datetime.combine(day, time.min, UTC)
        async with self._database.transaction() as session:
            taken, given_back = await _moved(session, begins)
            due = await _due(session)
        currencies = sorted({*taken, *given_back, *due})
        return [
            DayOfMoney(
                taken=Money(taken.get(currency, 0), currency),
                given_back=Money(given_back.get(currency, 0), currency),
                due=Money(due.get(currency, 0), currency),
            )
            for currency in currencies
        ]


async def _moved(
    session: AsyncSession, begins: datetime
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """What was taken and what was given back, by currency."""
    query = (
        select(EntryRow.currency, PostingRow.kind, cast(func.sum(EntryRow.amount), BigInteger))
        .join(PostingRow)
        .where(
            EntryRow.account.in_((ledger.PSP, ledger.BANK)),
            EntryRow.at >= begins,
            EntryRow.at < begins + timedelta(days=1),
            PostingRow.kind.in_((PostingKind.CAPTURED, *_BACK)),
        )
        .group_by(EntryRow.currency, PostingRow.kind)
    )
    sums: dict[bool, Counter[str]] = defaultdict(Counter)
    for currency, kind, amount in await session.execute(query):
        sums[kind in _BACK][currency] += -amount if kind in _BACK else amount
    return sums[False], sums[True]


async def _due(session: AsyncSession) -> dict[str, int]:
    """The open cases of refunds. What reconciliation looks into is owed to nobody yet."""
    query = (
        select(CaseRow.currency, cast(func.sum(CaseRow.amount), BigInteger).label("due"))
        .where(IS_OPEN, IS_OF_REFUND)
        .group_by(CaseRow.currency)
    )
    rows = await session.execute(query)
    return {row.currency: row.due for row in rows}

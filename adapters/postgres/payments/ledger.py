"""The ledger: postings are added within the transaction of what they describe, and only added."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Select, cast, func, insert, select, tuple_
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.payments.ledger_tables import EntryRow, PostingRow
from domain.ledger import Balance, Line, Posting, Statement
from domain.money import Money

_SUM = cast(func.coalesce(func.sum(EntryRow.amount), 0), BigInteger)


class PostingKeyReused(Exception):
    """A posting of this key says something else: a mistake of the program."""


async def post(session: AsyncSession, posting: Posting) -> None:
    """Write the posting; nothing where its key was posted before, with the same content.

    Raises `PostingKeyReused` where the content was another.
    """
    posting_id = await session.scalar(
        insert_unless_there(PostingRow)
        .values(
            key=posting.key,
            order_id=posting.order_id,
            kind=posting.kind,
            currency=posting.currency,
        )
        .on_conflict_do_nothing(index_elements=[PostingRow.key])
        .returning(PostingRow.id)
    )
    if posting_id is None:
        if await find(session, posting.key) != posting:
            message = f"The ledger has another posting under the key {posting.key}."
            raise PostingKeyReused(message)
        return
    entries = [
        {
            "posting_id": posting_id,
            "account": account,
            "amount": amount,
            "currency": posting.currency,
        }
        for account, amount in posting.entries.items()
    ]
    if entries:
        await session.execute(insert(EntryRow), entries)


async def find(session: AsyncSession, key: str) -> Posting | None:
    row = await session.scalar(select(PostingRow).where(PostingRow.key == key))
    if row is None:
        return None
    entries = select(EntryRow.account, EntryRow.amount).where(EntryRow.posting_id == row.id)
    return Posting(
        key=row.key,
        kind=row.kind,
        order_id=row.order_id,
        currency=row.currency,
        entries=dict((await session.execute(entries)).all()),
    )


class LedgerRepository:
    """Reads of the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def balances(self, order_id: UUID | None = None) -> list[Balance]:
        """Every account's, by name and currency; `order_id` counts only what it moved.

        Accounts that stand at zero are there too. Without an order it reads the whole ledger.
        """
        query = (
            select(EntryRow.account, EntryRow.currency, _SUM)
            .group_by(EntryRow.account, EntryRow.currency)
            .order_by(EntryRow.account, EntryRow.currency)
        )
        if order_id:
            query = query.join(PostingRow).where(PostingRow.order_id == order_id)
        async with self._database.transaction() as session:
            rows = (await session.execute(query)).all()
        return [
            Balance(account=account, amount=Money(amount, currency))
            for account, currency, amount in rows
        ]

    async def entries(self, order_id: UUID) -> list[Line]:
        """All of an order's, the oldest first."""
        query = _LINES.where(PostingRow.order_id == order_id).order_by(
            EntryRow.posting_id, EntryRow.account
        )
        async with self._database.transaction() as session:
            return [_line(*row) for row in await session.execute(query)]

    async def statement(
        self,
        account: str,
        day: date,
        *,
        currency: str,
        after: tuple[datetime, int] | None = None,
        limit: int,
    ) -> Statement:
        """Of an account's day (UTC). `after` is time and posting of the last line shown before.

        A posting counts for the moment its transaction began, so a day is final some seconds
        after its end.
        """
        begins = datetime.combine(day, time.min, UTC)
        ends = begins + timedelta(days=1)
        async with self._database.transaction() as session:
            opening = await _balance(session, account, currency, before=begins)
            closing = await _balance(session, account, currency, before=ends)
            page = _page(account, currency, begins, ends)
            if after:
                page = page.where(tuple_(EntryRow.at, EntryRow.posting_id) > after)
            rows = (await session.execute(page.limit(limit))).all()
        return Statement(
            account=account,
            day=day,
            opening=Money(opening, currency),
            closing=Money(closing, currency),
            lines=[_line(*row) for row in rows],
        )


_LINES = select(EntryRow, PostingRow).join(PostingRow)


def _page(
    account: str, currency: str, begins: datetime, ends: datetime
) -> Select[EntryRow, PostingRow]:
    return _LINES.where(
        EntryRow.account == account,
        EntryRow.currency == currency,
        EntryRow.at >= begins,
        EntryRow.at < ends,
    ).order_by(EntryRow.at, EntryRow.posting_id)


async def _balance(session: AsyncSession, account: str, currency: str, *, before: datetime) -> int:
    query = select(_SUM).where(
        EntryRow.account == account, EntryRow.currency == currency, EntryRow.at < before
    )
    return (await session.scalars(query)).one()


def _line(entry: EntryRow, posting: PostingRow) -> Line:
    return Line(
        posting_id=posting.id,
        at=posting.at,
        kind=posting.kind,
        order_id=posting.order_id,
        account=entry.account,
        amount=Money(entry.amount, entry.currency),
    )

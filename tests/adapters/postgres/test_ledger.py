"""The ledger on a real database: written once, added to only, and read as balances and days."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.engine import Database
from adapters.postgres.payments.ledger import LedgerRepository, PostingKeyReused, post
from domain import ledger
from domain.ledger import Posting, PostingKind
from domain.money import Money
from tests.support.builders import usd
from tests.support.posting import captured, dated
from tests.support.statements import plan_of, statements

Books = LedgerRepository


@pytest.fixture
def books(payments_database: Database) -> Books:
    return LedgerRepository(payments_database)


async def posted(database: Database, *postings: Posting) -> None:
    async with database.transaction() as session:
        for posting in postings:
            await post(session, posting)


class TestPost:
    async def test_writes_a_key_once(self, payments_database: Database, books: Books) -> None:
        posting = captured()
        await posted(payments_database, posting, posting)
        await posted(payments_database, posting)
        balances = await books.balances(posting.order_id)
        assert {each.account: each.amount for each in balances} == {
            ledger.PSP: usd(2_300),
            ledger.CUSTOMER: usd(-2_300),
        }

    async def test_refuses_a_key_that_says_something_else(
        self, payments_database: Database
    ) -> None:
        posting = captured()
        await posted(payments_database, posting)
        with pytest.raises(PostingKeyReused):
            await posted(payments_database, captured(2_301, order_id=posting.order_id))

    async def test_is_rolled_back_with_what_it_describes(
        self, payments_database: Database, books: Books
    ) -> None:
        posting = captured()

        async def fail() -> None:
            async with payments_database.transaction() as session:
                await post(session, posting)
                raise KeyError

        with pytest.raises(KeyError):
            await fail()
        assert await books.balances(posting.order_id) == []


class TestTriggers:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments.entries SET amount = amount + 1",
            "DELETE FROM payments.entries",
            "UPDATE payments.postings SET kind = 'correction'",
            "DELETE FROM payments.postings",
            "TRUNCATE payments.entries",
        ],
    )
    async def test_let_nobody_change_what_was_posted(
        self, payments_database: Database, statement: str
    ) -> None:
        await posted(payments_database, captured())
        with pytest.raises(IntegrityError, match="append-only"):
            async with payments_database.transaction() as session:
                await session.execute(text(statement))

    async def test_let_nobody_add_one_side_to_a_posting(self, payments_database: Database) -> None:
        posting = captured()
        await posted(payments_database, posting)
        with pytest.raises(IntegrityError, match="does not balance"):
            async with payments_database.transaction() as session:
                await session.execute(
                    text(
                        "INSERT INTO payments.entries (posting_id, account, amount, currency)"
                        " SELECT id, 'platform', 1, currency FROM payments.postings"
                        " WHERE key = :key"
                    ),
                    {"key": posting.key},
                )


class TestStatement:
    async def test_opens_with_what_was_before_and_closes_with_the_day(
        self, payments_database: Database, books: Books
    ) -> None:
        account = ledger.restaurant(uuid4())
        noon = datetime(2027, 1, 7, 12, tzinfo=UTC)
        for days, amount in ((-1, 100), (0, 250), (0, 50), (1, 999)):
            await dated(
                payments_database,
                captured(
                    key=str(uuid4()),
                    kind=PostingKind.SETTLED,
                    entries={ledger.CUSTOMER: amount, account: -amount},
                ),
                noon + timedelta(days=days),
            )
        day = await books.statement(account, noon.date(), currency="USD", limit=9)
        assert (day.opening, day.closing) == (usd(-100), usd(-400))
        assert sorted(line.amount.amount for line in day.lines) == [-250, -50]
        euros = await books.statement(account, noon.date(), currency="EUR", limit=9)
        assert euros.lines == []
        [first] = (await books.statement(account, noon.date(), currency="USD", limit=1)).lines
        rest = await books.statement(
            account, noon.date(), currency="USD", after=(first.at, first.posting_id), limit=9
        )
        assert [line.posting_id for line in rest.lines] == [
            line.posting_id for line in day.lines[1:]
        ]

    async def test_counts_midnight_to_the_day_that_begins(
        self, payments_database: Database, books: Books
    ) -> None:
        account = ledger.restaurant(uuid4())
        midnight = datetime(2027, 1, 8, tzinfo=UTC)
        entries = {ledger.CUSTOMER: 5, account: -5}
        await dated(payments_database, captured(key=str(uuid4()), entries=entries), midnight)
        before = await books.statement(
            account, midnight.date() - timedelta(days=1), currency="USD", limit=9
        )
        day = await books.statement(account, midnight.date(), currency="USD", limit=9)
        assert (before.closing, day.opening, day.closing) == (usd(0), usd(0), usd(-5))

    async def test_reads_an_index(self, payments_database: Database, books: Books) -> None:
        place = (datetime(2027, 1, 7, tzinfo=UTC), 1)
        with statements() as sent:
            await books.statement(
                ledger.restaurant(uuid4()), place[0].date(), currency="USD", after=place, limit=20
            )
        for statement in sent:
            plan = await plan_of(payments_database, statement, off=("seqscan",))
            assert "ix_entries_account_at" in plan
            assert "Seq Scan" not in plan

    async def test_of_an_order_lists_its_entries_by_an_index(
        self, payments_database: Database, books: Books
    ) -> None:
        posting = captured()
        await posted(payments_database, posting)
        with statements() as sent:
            lines = await books.entries(posting.order_id)
        assert {line.account: line.amount for line in lines} == {
            ledger.PSP: Money(2_300, "USD"),
            ledger.CUSTOMER: Money(-2_300, "USD"),
        }
        plan = await plan_of(payments_database, sent[0], off=("seqscan",))
        assert "Seq Scan" not in plan

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection, AsyncCursor, OperationalError
from psycopg.sql import SQL, Composed
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.outbox_reader import OPTIONS, OutboxReader, OutboxRecord
from adapters.settings import DatabaseSettings
from tests.support.outbox import CONTEXT, add, empty, write
from tests.support.polling import seen
from tests.support.statements import Explained

LOCKS = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND application_name = 'outbox-relay'
"""
CUT = """
SELECT pg_terminate_backend(pid, 5000)
FROM pg_stat_activity WHERE application_name = 'outbox-relay'
"""
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
# Half of it was published, and nobody has told Postgres yet how much came.
BACKLOG = """
INSERT INTO notifications.outbox
  (id, aggregatetype, aggregateid, type, payload, headers, published_at)
SELECT md5('event ' || n)::uuid, 'order', md5('order ' || n / 5), 'order_placed',
  convert_to(repeat('x', 300), 'UTF8'), '{}', CASE WHEN n <= 100000 THEN now() END
FROM generate_series(1, 200000) n
"""


@pytest.fixture
def outbox(notifications_database: Database) -> Database:
    return notifications_database


@pytest.fixture
async def reader(databases: DatabaseSettings, outbox: Database) -> AsyncIterator[OutboxReader]:
    await empty(outbox)
    async with one_more(databases) as reader:
        yield reader


@asynccontextmanager
async def one_more(databases: DatabaseSettings) -> AsyncIterator[OutboxReader]:
    async with OutboxReader.connect(databases.notifications_dsn, CONTEXT) as reader:
        yield reader


@asynccontextmanager
async def reading_with(
    databases: DatabaseSettings, cursors: type[AsyncCursor[Any]]
) -> AsyncIterator[OutboxReader]:
    dsn = databases.notifications_dsn.get_secret_value()
    async with await AsyncConnection.connect(
        dsn, autocommit=True, options=OPTIONS, cursor_factory=cursors
    ) as connection:
        yield OutboxReader(connection, CONTEXT)


def after_the_locking(act: Callable[[], Awaitable[object]]) -> type[AsyncCursor[Any]]:
    """`act` is done once, when the first statement has its answer."""
    left = [act]

    class Interleaving(AsyncCursor[Any]):
        async def fetchall(self) -> list[Any]:
            found = await super().fetchall()
            while left:
                await left.pop()()
            return found

    return Interleaving


def ids_in(aggregates: Sequence[Sequence[OutboxRecord]]) -> list[list[UUID]]:
    return [[record.id for record in records] for records in aggregates]


def names_in(aggregates: Sequence[Sequence[OutboxRecord]]) -> set[str]:
    return {records[0].aggregateid for records in aggregates}


async def locks_of_relays(outbox: Database) -> int:
    async with outbox.transaction() as session:
        return await session.scalar(text(LOCKS)) or 0


class TestTake:
    async def test_gives_what_waits_by_aggregate_and_in_order(
        self, reader: OutboxReader, outbox: Database
    ) -> None:
        first, other, second, third = [await write(outbox, each) for each in "abaa"]
        await reader.mark_published([second])

        async with reader.take(10) as aggregates:
            assert ids_in(aggregates) == [[first, third], [other]]
        assert aggregates[0][0].payload == b"\x00\x01"
        assert aggregates[0][0].headers == {"correlation_id": "req-1"}
        async with reader.take(1) as aggregates:
            assert names_in(aggregates) == {"a"}
        async with reader.take(10, without=["a"]) as aggregates:
            assert names_in(aggregates) == {"b"}

    async def test_finds_a_row_that_was_committed_after_a_later_one(
        self, reader: OutboxReader, outbox: Database
    ) -> None:
        async with outbox.transaction() as session:
            early = await add(session, "slow")
            late = await write(outbox, "quick")
            async with reader.take(10) as aggregates:
                assert ids_in(aggregates) == [[late]]
                await reader.mark_published([late])

        async with reader.take(10) as aggregates:
            assert ids_in(aggregates) == [[early]]

    async def test_leaves_to_others_what_it_does_not_have(
        self, reader: OutboxReader, outbox: Database, databases: DatabaseSettings
    ) -> None:
        for each in "abcab":
            await write(outbox, each)
        async with one_more(databases) as other:
            async with reader.take(2) as mine, other.take(2) as theirs:
                assert names_in(mine) == {"a", "b"}
                assert names_in(theirs) == {"c"}
                assert await locks_of_relays(outbox) == 3
            async with other.take(2) as theirs:
                assert names_in(theirs) == {"a", "b"}

    async def test_sees_what_was_committed_after_it_took_the_aggregate(
        self, reader: OutboxReader, outbox: Database, databases: DatabaseSettings
    ) -> None:
        first, written = await write(outbox), list[UUID]()

        async def go_on() -> None:
            """As the relay that had it before, and as who writes."""
            await reader.mark_published([first])
            written.append(await write(outbox))

        late = reading_with(databases, after_the_locking(go_on))
        async with late as other, other.take(10) as aggregates:
            assert ids_in(aggregates) == [written]


class TestLettingGo:
    async def test_is_of_everything_at_the_end_of_a_batch_and_on_an_error(
        self, reader: OutboxReader, outbox: Database
    ) -> None:
        for each in "abc":
            await write(outbox, each)
        async with reader.take(10):
            assert await locks_of_relays(outbox) == 3
        assert await locks_of_relays(outbox) == 0
        with pytest.raises(ZeroDivisionError):
            async with reader.take(10):
                _ = 1 / 0
        assert await locks_of_relays(outbox) == 0

    async def test_is_of_everything_when_the_rows_cannot_be_read(
        self, reader: OutboxReader, outbox: Database, databases: DatabaseSettings
    ) -> None:
        await write(outbox)

        async def fail() -> None:
            raise TimeoutError

        async with reading_with(databases, after_the_locking(fail)) as unlucky:
            with pytest.raises(TimeoutError):
                async with unlucky.take(10):
                    pass
            async with reader.take(10) as aggregates:
                assert names_in(aggregates) == {"a"}

    async def test_is_of_everything_when_its_task_is_cancelled(
        self, reader: OutboxReader, outbox: Database
    ) -> None:
        await write(outbox)

        async def take_and_wait() -> None:
            async with reader.take(10):
                await asyncio.Event().wait()

        taking = asyncio.create_task(take_and_wait())
        await seen(lambda: locks_of_relays(outbox), bool)
        taking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await taking

        assert await locks_of_relays(outbox) == 0

    async def test_happens_by_itself_when_the_connection_is_lost(
        self, reader: OutboxReader, outbox: Database, databases: DatabaseSettings
    ) -> None:
        event = await write(outbox)
        async with reader.take(10):
            async with outbox.transaction() as session:
                await session.execute(text(CUT))
            async with one_more(databases) as other, other.take(10) as aggregates:
                assert ids_in(aggregates) == [[event]]
            with pytest.raises(OperationalError):
                await reader.mark_published([event])


class TestWait:
    async def test_ends_with_a_commit(self, reader: OutboxReader, outbox: Database) -> None:
        waiting = asyncio.create_task(reader.wait(60))

        await write(outbox)

        await asyncio.wait_for(waiting, 20)

    async def test_does_not_end_with_the_commits_of_other_contexts(
        self, reader: OutboxReader, outbox: Database
    ) -> None:
        waiting = asyncio.create_task(reader.wait(60))
        async with outbox.transaction() as session:
            await session.execute(text("NOTIFY outbox, 'ordering'"))

        done, _ = await asyncio.wait({waiting}, timeout=0.5)

        assert not done
        await write(outbox)
        await asyncio.wait_for(waiting, 20)


class TestDeepBacklog:
    async def test_costs_no_more_than_its_oldest_rows(
        self, outbox: Database, databases: DatabaseSettings
    ) -> None:
        plans: list[Explained] = []

        class Explaining(AsyncCursor[Any]):
            """Carries a statement out twice, and keeps the plan of the first time."""

            async def execute(self, query: Any, params: Any = None, **given: Any) -> Any:
                if isinstance(query, Composed):
                    plain = AsyncCursor(self.connection)
                    await plain.execute(SQL(EXPLAIN) + query, params)
                    plans.extend(Explained.of(plan) for [plan] in await plain.fetchall())
                return await super().execute(query, params, **given)

        await empty(outbox)
        async with outbox.transaction() as session:
            # A statement of ours that takes so long has gone wrong; this one has not.
            await session.execute(text("SET LOCAL statement_timeout = '2min'"))
            await session.execute(text(BACKLOG))
        deep = reading_with(databases, Explaining)
        async with deep as reader, reader.take(100) as aggregates:
            assert len(aggregates) == 100
            await reader.mark_published([each for ids in ids_in(aggregates) for each in ids])
        await empty(outbox)

        take, read, mark = plans
        assert take.scans == read.scans == {"Index Scan ix_outbox_unpublished"}
        assert mark.scans == {"Index Scan pk_outbox"}
        assert max(take.buffers, read.buffers) < 500

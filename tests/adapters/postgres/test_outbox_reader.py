import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, text, update

from adapters.postgres.catalog.tables import OutboxRow
from adapters.postgres.engine import Database
from adapters.postgres.outbox_reader import OutboxReader
from adapters.settings import DatabaseSettings

# Nothing writes to the outbox of `catalog` yet, so these tests have it for themselves.
CONTEXT = "catalog"


async def write(catalog: Database, aggregate: str = "a") -> UUID:
    """One event, committed. Returns its id."""
    event_id = uuid4()
    async with catalog.transaction() as session:
        await session.execute(
            insert(OutboxRow).values(
                id=event_id,
                aggregatetype="restaurant",
                aggregateid=aggregate,
                type="restaurant_paused",
                payload=b"\x00\x01",
                headers={"correlation_id": "req-1"},
            )
        )
    return event_id


@pytest.fixture
async def reader(databases: DatabaseSettings, catalog: Database) -> AsyncIterator[OutboxReader]:
    async with catalog.transaction() as session:
        await session.execute(text("DELETE FROM catalog.outbox"))
    async with OutboxReader.connect(databases.catalog_dsn, CONTEXT) as reader:
        yield reader


@asynccontextmanager
async def one_more(databases: DatabaseSettings) -> AsyncIterator[OutboxReader]:
    async with OutboxReader.connect(databases.catalog_dsn, CONTEXT) as reader:
        yield reader


class TestOutboxReader:
    async def test_gives_what_is_unpublished_oldest_first(
        self, reader: OutboxReader, catalog: Database
    ) -> None:
        ids = [await write(catalog) for _ in range(3)]
        await reader.mark_published([ids[1]])

        found = await reader.unpublished(10)

        assert [record.id for record in found] == [ids[0], ids[2]]
        assert found[0].payload == b"\x00\x01"
        assert found[0].headers == {"correlation_id": "req-1"}
        assert [record.id for record in await reader.unpublished(1)] == [ids[0]]

    async def test_finds_a_row_that_was_committed_after_a_later_one(
        self, reader: OutboxReader, catalog: Database
    ) -> None:
        async with catalog.transaction() as session:
            early = uuid4()
            await session.execute(
                insert(OutboxRow).values(
                    id=early,
                    aggregatetype="restaurant",
                    aggregateid="slow",
                    type="restaurant_paused",
                    payload=b"",
                    headers={},
                )
            )
            await write(catalog, "quick")
            await reader.mark_published([record.id for record in await reader.unpublished(10)])

        assert [record.id for record in await reader.unpublished(10)] == [early]

    async def test_locks_for_one_connection_at_a_time(
        self, reader: OutboxReader, databases: DatabaseSettings
    ) -> None:
        async with one_more(databases) as first:
            await first.lock()
            waiting = asyncio.create_task(reader.lock())
            done, _ = await asyncio.wait({waiting}, timeout=1.5)
            assert not done
        await asyncio.wait_for(waiting, 5)

    async def test_is_woken_by_a_commit(self, reader: OutboxReader, catalog: Database) -> None:
        await reader.lock()
        waiting = asyncio.create_task(reader.wait(30))

        await write(catalog)

        await asyncio.wait_for(waiting, 5)

    async def test_is_not_woken_by_the_commits_of_other_contexts(
        self, reader: OutboxReader, catalog: Database
    ) -> None:
        await reader.lock()
        waiting = asyncio.create_task(reader.wait(1))
        async with catalog.transaction() as session:
            await session.execute(text("NOTIFY outbox, 'ordering'"))

        done, _ = await asyncio.wait({waiting}, timeout=0.5)

        assert not done
        await waiting

    async def test_tells_how_much_waits_and_how_long(
        self, reader: OutboxReader, catalog: Database
    ) -> None:
        assert (await reader.backlog()).oldest_seconds == 0
        await write(catalog)
        await write(catalog)
        async with catalog.transaction() as session:
            await session.execute(
                update(OutboxRow).values(created_at=func.now() - timedelta(minutes=1))
            )

        backlog = await reader.backlog()

        assert backlog.unpublished == 2
        assert backlog.oldest_seconds == pytest.approx(60, abs=5)

    async def test_prunes_what_was_published_long_ago_and_nothing_else(
        self, reader: OutboxReader, catalog: Database
    ) -> None:
        old, fresh, waiting = [await write(catalog) for _ in range(3)]
        await reader.mark_published([old, fresh])
        async with catalog.transaction() as session:
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == old)
                .values(published_at=func.now() - timedelta(days=8))
            )

        assert await reader.prune(timedelta(days=7)) == 1
        assert await reader.prune(timedelta(days=7)) == 0
        async with catalog.transaction() as session:
            left = await session.scalars(select(OutboxRow.id))
            assert set(left) == {fresh, waiting}

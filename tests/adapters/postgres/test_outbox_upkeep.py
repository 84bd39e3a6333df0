from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from adapters.postgres.engine import Database
from adapters.postgres.notifications.tables import OutboxRow
from adapters.postgres.outbox_upkeep import OutboxUpkeep
from adapters.settings import DatabaseSettings
from tests.support.outbox import CONTEXT, empty, write


@pytest.fixture
async def upkeep(
    databases: DatabaseSettings, notifications_database: Database
) -> AsyncIterator[OutboxUpkeep]:
    await empty(notifications_database)
    async with OutboxUpkeep.connect(databases.notifications_dsn, CONTEXT) as upkeep:
        yield upkeep


class TestOutboxUpkeep:
    async def test_tells_how_much_waits_and_how_long(
        self, upkeep: OutboxUpkeep, notifications_database: Database
    ) -> None:
        assert (await upkeep.backlog()).oldest_seconds == 0
        await write(notifications_database)
        await write(notifications_database)
        async with notifications_database.transaction() as session:
            await session.execute(
                update(OutboxRow).values(created_at=func.now() - timedelta(minutes=1))
            )

        backlog = await upkeep.backlog()

        assert backlog.unpublished == 2
        assert backlog.oldest_seconds == pytest.approx(60, abs=20)

    async def test_prunes_what_was_published_long_ago_and_nothing_else(
        self, upkeep: OutboxUpkeep, notifications_database: Database
    ) -> None:
        old, fresh, waiting = [await write(notifications_database) for _ in range(3)]
        async with notifications_database.transaction() as session:
            for event, days in ((old, 8), (fresh, 6)):
                published_at = func.now() - timedelta(days=days)
                published = update(OutboxRow).where(OutboxRow.id == event)
                await session.execute(published.values(published_at=published_at))

        assert await upkeep.prune(timedelta(days=7)) == 1
        assert await upkeep.prune(timedelta(days=7)) == 0
        async with notifications_database.transaction() as session:
            left = await session.scalars(select(OutboxRow.id))
            assert set(left) == {fresh, waiting}

    async def test_does_not_wait_for_who_prunes_at_the_same_time(
        self, upkeep: OutboxUpkeep, notifications_database: Database
    ) -> None:
        await write(notifications_database)
        async with notifications_database.transaction() as session:
            await session.execute(
                update(OutboxRow).values(published_at=func.now() - timedelta(days=8))
            )
        async with notifications_database.transaction() as session:
            await session.execute(select(OutboxRow.id).with_for_update())
            assert await upkeep.prune(timedelta(days=7)) == 0
        assert await upkeep.prune(timedelta(days=7)) == 1

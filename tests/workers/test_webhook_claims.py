"""The inbox between several processes: an event is one process's for a while."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments import inbox as statements
from adapters.postgres.payments.inbox import Inbox
from adapters.postgres.payments.webhook_events import WebhookEventRepository
from adapters.settings import DatabaseSettings
from tests.support.inbox import an_event, outcomes
from tests.support.statements import plan_of


@pytest.fixture
async def database(quiet_databases: DatabaseSettings) -> AsyncIterator[Database]:
    """With an inbox of this test's own."""
    database = Database(quiet_databases.payments_dsn)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM payments.webhook_events"))
    yield database
    await database.close()


@pytest.fixture
def events(database: Database) -> WebhookEventRepository:
    return WebhookEventRepository(database)


class TestInbox:
    async def test_gives_an_event_to_one_of_several(
        self, quiet_databases: DatabaseSettings, events: WebhookEventRepository
    ) -> None:
        for _ in range(10):
            await events.receive(an_event("charge.succeeded"))
        dsn, lease = quiet_databases.payments_dsn, timedelta(minutes=1)
        async with Inbox.connect(dsn) as one, Inbox.connect(dsn) as other:
            claimed = await asyncio.gather(one.claim(6, lease=lease), other.claim(6, lease=lease))
            rest = await one.claim(9, lease=lease)
        ids = [event.id for events_ in (*claimed, rest) for event in events_]
        assert len(ids) == len(set(ids)) == 10

    async def test_prunes_what_was_processed_long_ago_alone(
        self, quiet_databases: DatabaseSettings, database: Database, events: WebhookEventRepository
    ) -> None:
        old, new, waiting = (an_event("charge.succeeded") for _ in range(3))
        for event in (old, new, waiting):
            await events.receive(event)
        async with Inbox.connect(quiet_databases.payments_dsn) as inbox:
            for event in (old, new):
                await inbox.finish(event, "order")
            async with database.transaction() as session:
                await session.execute(
                    text(
                        "UPDATE payments.webhook_events"
                        " SET processed_at = now() - interval '31 days' WHERE id = :id"
                    ),
                    {"id": old.id},
                )
            assert await inbox.prune(timedelta(days=30)) == 1
            assert await inbox.oldest_seconds() > 0
        assert set(await outcomes(database)) == {new.id, waiting.id}

    @pytest.mark.parametrize("statement", ["_CLAIM", "_PRUNE", "_OLDEST"])
    async def test_reads_an_index(self, database: Database, statement: str) -> None:
        parameters = {"_CLAIM": (timedelta(0), 9), "_PRUNE": (timedelta(0), 9), "_OLDEST": ()}
        plan = await plan_of(
            database, (getattr(statements, statement), parameters[statement]), off=("seqscan",)
        )
        assert "ix_webhook_events_" in plan
        assert "Seq Scan" not in plan

"""A relay of a real outbox, with a broker that answers for some aggregates and not for others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial

import pytest
from psycopg import AsyncConnection

from adapters.kafka.producer import Producer
from adapters.kafka.record import Record
from adapters.postgres.engine import Database
from adapters.postgres.outbox_reader import OutboxReader
from adapters.settings import DatabaseSettings, KafkaSettings
from tests.support.outbox import CONTEXT, empty, unpublished, write
from tests.support.polling import seen
from workers.held_up import HeldUp
from workers.outbox import Relay
from workers.outbox_publisher import Publisher


class Reaching(Producer):
    """Kafka, as far as a relay reaches it: not where it would have to take `unreachable`."""

    def __init__(self, unreachable: str) -> None:
        self._unreachable = unreachable.encode()
        self.mended = asyncio.Event()

    async def send(self, record: Record) -> None:
        if record.key == self._unreachable:
            await self.mended.wait()


@pytest.fixture
async def outbox(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.notifications_dsn)
    await empty(database)
    yield database
    await empty(database)
    await database.close()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.outbox_publisher._SIGN_OF_LIFE_SECONDS", 0.05)


@asynccontextmanager
async def publishing(
    databases: DatabaseSettings, *, lease_seconds: int = 60
) -> AsyncIterator[asyncio.Task[None]]:
    """All that waits, of which only the aggregate `b` can't be sent."""
    dsn = databases.notifications_dsn.get_secret_value()
    options = f"-c idle_session_timeout={lease_seconds}s"
    async with await AsyncConnection.connect(dsn, autocommit=True, options=options) as connection:
        reader = OutboxReader(connection, CONTEXT)
        publisher = Publisher(CONTEXT, outbox=reader, producer=Reaching("b"), held=HeldUp())
        async with aclosing(publisher), reader.take(10) as aggregates:
            task = asyncio.create_task(publisher.publish(aggregates))
            yield task
            task.cancel()
            await asyncio.wait({task})


@asynccontextmanager
async def relaying(
    databases: DatabaseSettings, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    @asynccontextmanager
    async def connect(_: KafkaSettings) -> AsyncIterator[Producer]:
        yield producer

    monkeypatch.setattr(Producer, "connect", connect)
    relay = asyncio.create_task(Relay(CONTEXT, databases.notifications_dsn, KafkaSettings()).run())
    yield
    relay.cancel()
    await asyncio.wait({relay})


async def free(databases: DatabaseSettings) -> list[str]:
    """The aggregates that another relay could have now."""
    async with (
        OutboxReader.connect(databases.notifications_dsn, CONTEXT) as another,
        another.take(10) as aggregates,
    ):
        return [records[0].aggregateid for records in aggregates]


class TestPublish:
    async def test_marks_what_is_acknowledged_while_another_aggregate_waits(
        self, outbox: Database, databases: DatabaseSettings
    ) -> None:
        _, stuck, _ = [await write(outbox, each) for each in "aba"]
        async with publishing(databases) as task:
            await seen(partial(unpublished, outbox), lambda left: left == [stuck])
            assert not task.done()
            assert await free(databases) == []
        assert await free(databases) == ["b"]

    async def test_keeps_what_it_has_for_as_long_as_it_shows_signs_of_life(
        self, outbox: Database, databases: DatabaseSettings
    ) -> None:
        await write(outbox, "b")
        async with publishing(databases, lease_seconds=3) as task:
            done, _ = await asyncio.wait({task}, timeout=4)
            assert not done
            assert await free(databases) == []

    async def test_marks_what_is_acknowledged_when_it_is_ended(
        self, outbox: Database, databases: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workers.outbox_publisher._SIGN_OF_LIFE_SECONDS", 60.0)
        _, stuck = [await write(outbox, each) for each in "ab"]
        async with publishing(databases):
            # Once around, so that the events are on their way.
            await unpublished(outbox)
        assert await unpublished(outbox) == [stuck]


class TestRelay:
    async def test_goes_on_without_what_it_cannot_send_for_long(
        self, outbox: Database, databases: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workers.outbox_publisher._LET_GO_SECONDS", 0.1)
        broker = Reaching("b")
        async with relaying(databases, broker, monkeypatch):
            stuck = await write(outbox, "b")
            # Others may have it, and they have no more luck.
            assert await seen(partial(free, databases), bool) == ["b"]
            await write(outbox, "a")
            later = await write(outbox, "b")
            await seen(partial(unpublished, outbox), lambda left: left == [stuck, later])

            broker.mended.set()
            await seen(partial(unpublished, outbox), lambda left: not left)
            assert await free(databases) == []

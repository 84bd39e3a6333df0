"""The relay: what the contexts' outboxes hold goes to Kafka, in order per aggregate.

Any number of relays share the work, and none leads. A row is marked once all replicas have its
event, so an event arrives at least once. A relay that dies between the two leaves it to another,
which sends it again, and readers drop it by its id.
"""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from functools import partial

from prometheus_client import Gauge
from pydantic import SecretStr

from adapters.kafka.cluster import create_topics, ping
from adapters.kafka.producer import Producer
from adapters.postgres.contexts import WITH_OUTBOX
from adapters.postgres.outbox_reader import OutboxReader
from adapters.settings import DatabaseSettings, KafkaSettings
from adapters.weather import endure
from workers.held_up import HeldUp
from workers.housekeeping import keep_house
from workers.outbox_keeper import Keeper
from workers.outbox_publisher import Publisher
from workers.process import Process

# Aggregates: enough to keep the broker busy, few enough to leave some to the other relays.
_AT_ONCE = 100
# Where so many are held up something else is wrong: no more lines in the log, nothing more adrift.
_HELD_UP_AT_MOST = 500
# A commit wakes the relay; that a wake-up got lost is noticed after this long.
_POLL_SECONDS = 1.0

HELD_UP = Gauge(
    "outbox_held_up", "Aggregates that wait because their next event can't be sent.", ["context"]
)


async def work(process: Process) -> None:
    """Relay the outboxes, each on its own, and keep house beside."""
    kafka, databases = KafkaSettings(), DatabaseSettings()
    keepers = [Keeper(context, databases.of(context)) for context in WITH_OUTBOX]
    process.checks["kafka"] = partial(ping, kafka)
    process.checks.update({keeper.context: keeper.check for keeper in keepers})
    process.details["outbox"] = partial(_waiting, keepers)
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_house(databases))
        for keeper in keepers:
            group.create_task(keeper.run())
        async for attempt in endure():
            with attempt:
                await create_topics(kafka)
        for context in WITH_OUTBOX:
            group.create_task(Relay(context, databases.of(context), kafka).run())


class Relay:
    """Of one context."""

    def __init__(self, context: str, dsn: SecretStr, kafka: KafkaSettings) -> None:
        self._context = context
        self._dsn = dsn
        self._kafka = kafka
        self._held = HeldUp()

    async def run(self) -> None:
        """Until it is cancelled: it outlives outages of Postgres and of Kafka."""
        async for attempt in endure():
            with attempt:
                while True:
                    await self._relay()

    async def _relay(self) -> None:
        """Until the broker refuses something: that leaves a gap in what the producer counts."""
        async with (
            Producer.connect(self._kafka) as producer,
            OutboxReader.connect(self._dsn, self._context) as outbox,
            aclosing(
                Publisher(self._context, outbox=outbox, producer=producer, held=self._held)
            ) as publisher,
        ):
            while not publisher.refused:
                await self._publish_some(outbox, publisher)

    async def _publish_some(self, outbox: OutboxReader, publisher: Publisher) -> None:
        stuck = {*self._held.ids(), *publisher.adrift()}
        HELD_UP.labels(self._context).set(len(stuck))
        limit = min(_AT_ONCE, _HELD_UP_AT_MOST - len(stuck))
        async with outbox.take(limit, without=stuck) as aggregates:
            await publisher.publish(aggregates)
        if not aggregates:
            await outbox.wait(_POLL_SECONDS)


def _waiting(keepers: Iterable[Keeper]) -> dict[str, object]:
    """By context; None where the outbox could not be looked at for a while."""
    return {keeper.context: keeper.waiting() for keeper in keepers}

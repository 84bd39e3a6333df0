"""The relay: what every context's outbox holds goes to Kafka, in order per aggregate.

A row is marked once all replicas have its event, so an event arrives at least once. A relay that
dies between the two sends it again, and readers drop it by its id.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from prometheus_client import Counter
from pydantic import SecretStr

from adapters.kafka.cluster import create_topics, ping
from adapters.kafka.producer import Producer
from adapters.kafka.record import Record, envelope
from adapters.kafka.topics import BY_AGGREGATE
from adapters.postgres.outbox_reader import OutboxReader, OutboxRecord
from adapters.settings import DatabaseSettings, KafkaSettings
from adapters.tracing import producing
from adapters.weather import endure
from workers.housekeeping import keep_house
from workers.outbox_keeper import Keeper
from workers.process import Process

_AT_ONCE = 500
# A commit wakes the relay; that a wake-up got lost is noticed after this long.
_POLL_SECONDS = 1.0

PUBLISHED = Counter("outbox_published_total", "Events that the broker acknowledged.", ["context"])

log = structlog.stdlib.get_logger(__name__)


async def work(process: Process) -> None:
    """Relay the outboxes of all contexts, each on its own, and keep house beside."""
    kafka = KafkaSettings()
    process.checks["kafka"] = partial(ping, kafka)
    async for attempt in endure():
        with attempt:
            await create_topics(kafka)
    databases = DatabaseSettings()
    async with asyncio.TaskGroup() as group:
        group.create_task(keep_house(databases))
        for field, dsn in databases:
            context = field.removesuffix("_dsn")
            keeper = Keeper(context, dsn)
            process.checks[context] = keeper.check
            group.create_task(keeper.run())
            group.create_task(Relay(context, dsn, kafka).run())


class Relay:
    """Of one context. Of several instances one works, and the others wait for its lock."""

    def __init__(self, context: str, dsn: SecretStr, kafka: KafkaSettings) -> None:
        self._context = context
        self._dsn = dsn
        self._kafka = kafka

    async def run(self) -> None:
        """Until it is cancelled: it outlives outages of Postgres and of Kafka."""
        async for attempt in endure():
            with attempt:
                async with OutboxReader.connect(self._dsn, self._context) as outbox:
                    await self._own(outbox)

    async def _own(self, outbox: OutboxReader) -> None:
        await outbox.lock()
        log.info("outbox.owned", context=self._context)
        async with Producer.connect(self._kafka) as producer:
            while True:
                records = await outbox.unpublished(_AT_ONCE)
                if records:
                    await self._publish(records, outbox=outbox, producer=producer)
                else:
                    await outbox.wait(_POLL_SECONDS)

    async def _publish(
        self, records: Sequence[OutboxRecord], *, outbox: OutboxReader, producer: Producer
    ) -> None:
        """Aggregates go side by side, so that one which can't be sent holds up only itself."""
        aggregates = defaultdict[str, list[OutboxRecord]](list)
        for record in records:
            aggregates[record.aggregateid].append(record)
        acknowledged: list[UUID] = []
        sending = [self._send(each, producer, acknowledged) for each in aggregates.values()]
        try:
            results = await asyncio.gather(*sending, return_exceptions=True)
        finally:
            await outbox.mark_published(acknowledged)
            PUBLISHED.labels(self._context).inc(len(acknowledged))
        for failure in filter(None, results):
            raise failure

    async def _send(
        self, records: Sequence[OutboxRecord], producer: Producer, acknowledged: list[UUID]
    ) -> None:
        """One after another: what follows an event that failed must not overtake it."""
        for record in records:
            with producing(_to_kafka(record, self._context)) as traced:
                await producer.send(traced)
            acknowledged.append(record.id)


def _to_kafka(record: OutboxRecord, context: str) -> Record:
    return Record(
        topic=BY_AGGREGATE[record.aggregatetype].name,
        key=record.aggregateid.encode(),
        value=record.payload,
        headers=envelope(
            id=record.id,
            type=record.type,
            source=f"/{context}",
            time=record.created_at,
            extra=record.headers,
        ),
    )

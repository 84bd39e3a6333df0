"""Reads the dead-letter topics as a bystander: it joins no group, and commits nothing."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from adapters.kafka.closing import close
from adapters.kafka.cluster import REQUEST_TIMEOUT_MS
from adapters.kafka.dead_letters import DeadLetter, LetterId, Resolution, read
from adapters.kafka.topics import TOPICS
from adapters.settings import KafkaSettings

_PATIENCE_MS = 1_000


class DeadLetterReader:
    """Begins with the oldest."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, settings: KafkaSettings, topics: Iterable[str] | None = None
    ) -> AsyncIterator[Self]:
        """Of the dead-letter topics that are named, or of all. They have to be there.

        Raises `KafkaError` where no broker answers.
        """
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.bootstrap,
            auto_offset_reset="earliest",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
        )
        names = (topic.dead.name for topic in TOPICS) if topics is None else topics
        consumer.assign([TopicPartition(name, 0) for name in names])
        try:
            await consumer.start()
            yield cls(consumer)
        finally:
            await close(consumer)

    async def fresh(self) -> AsyncIterator[DeadLetter | Resolution]:
        """What has come since the last time, up to now; each topic in order."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        for partition, end in ends.items():
            while await self._consumer.position(partition) < end:
                fetched = await self._consumer.getmany(partition, timeout_ms=_PATIENCE_MS)
                for message in fetched.get(partition, []):
                    if (found := read(message)) is not None:
                        yield found

    async def oldest(self) -> list[LetterId]:
        """From where on each topic still has its records: what was before is gone by its age."""
        firsts = await self._consumer.beginning_offsets(self._consumer.assignment())
        return [LetterId(partition.topic, offset) for partition, offset in firsts.items()]

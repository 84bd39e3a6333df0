"""Reads a topic as a member of a group. Nothing counts as read until it is committed."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from adapters.kafka.cluster import REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS
from adapters.kafka.record import Record
from adapters.settings import KafkaSettings

# The work of a member that was killed is taken over after this long: the broker's own minimum.
_SESSION_TIMEOUT_MS = 6_000
_HEARTBEAT_MS = 2_000

_AT_ONCE = 100
_PATIENCE_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    record: Record
    partition: int
    offset: int


class Consumer:
    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    @classmethod
    @asynccontextmanager
    async def join(cls, settings: KafkaSettings, *, group: str, topic: str) -> AsyncIterator[Self]:
        """A new group begins with the oldest record. Raises `KafkaError` where no broker answers.

        The broker takes the partitions of a member that fetches nothing for five minutes.
        """
        consumer = AIOKafkaConsumer(
            topic,
            group_id=group,
            bootstrap_servers=settings.bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=_SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=RETRY_BACKOFF_MS,
        )
        try:
            await consumer.start()
            yield cls(consumer)
        finally:
            await consumer.stop()

    async def batch(self) -> list[Received]:
        """What has come, each partition in order; nothing where a second passes without any."""
        fetched = await self._consumer.getmany(timeout_ms=_PATIENCE_MS, max_records=_AT_ONCE)
        return [
            Received(
                record=Record(
                    topic=message.topic,
                    key=message.key,
                    value=message.value or b"",
                    headers=tuple(message.headers),
                ),
                partition=message.partition,
                offset=message.offset,
            )
            for messages in fetched.values()
            for message in messages
        ]

    async def commit(self, batch: Iterable[Received]) -> None:
        """All of it is done. Raises `KafkaError` where another member has the partitions now."""
        await self._consumer.commit(
            {TopicPartition(it.record.topic, it.partition): it.offset + 1 for it in batch}
        )

    async def lag(self) -> int:
        """How many records of this member's partitions are not committed yet."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        return sum([end - (await self._consumer.committed(at) or 0) for at, end in ends.items()])

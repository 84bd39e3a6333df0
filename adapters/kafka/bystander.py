"""Reads topics from their first record on: it joins no group, and commits nothing."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from adapters.kafka.closing import close
from adapters.kafka.cluster import REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS
from adapters.settings import KafkaSettings

_PATIENCE_MS = 1_000
# What a batch takes of memory is a few times its bytes.
_AT_ONCE = 5_000


class Bystander:
    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings, topics: Iterable[str]) -> AsyncIterator[Self]:
        """They have to be there. Raises `KafkaError` where no broker answers."""
        consumer = AIOKafkaConsumer(
            *topics,
            bootstrap_servers=settings.bootstrap,
            auto_offset_reset="earliest",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=RETRY_BACKOFF_MS,
        )
        try:
            await consumer.start()
            yield cls(consumer)
        finally:
            await close(consumer)

    async def fresh(self) -> AsyncIterator[Sequence[ConsumerRecord[bytes, bytes]]]:
        """What has come since the last time, up to now: in batches, each partition in order."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        while behind := [at for at, end in ends.items() if await self._consumer.position(at) < end]:
            fetched = await self._consumer.getmany(
                *behind, timeout_ms=_PATIENCE_MS, max_records=_AT_ONCE
            )
            yield [message for messages in fetched.values() for message in messages]

    async def oldest(self) -> dict[tuple[str, int], int]:
        """Topic and partition -> the offset from which on it still has its records."""
        firsts = await self._consumer.beginning_offsets(self._consumer.assignment())
        return {(at.topic, at.partition): offset for at, offset in firsts.items()}

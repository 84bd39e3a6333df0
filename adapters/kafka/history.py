"""Reads a topic from its first record on as a bystander: it joins no group, and commits nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from adapters.kafka.closing import close
from adapters.kafka.cluster import REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS
from adapters.kafka.codec import Undecodable, decode
from adapters.kafka.topics import EventTopic
from adapters.settings import KafkaSettings
from domain.events.envelope import Event

E = TypeVar("E", bound=Event)

_PATIENCE_MS = 1_000
# What a batch takes of memory is a few times its bytes.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that is no event of the topic."""

    partition: int
    offset: int
    reason: str


class History(Generic[E]):
    def __init__(self, consumer: AIOKafkaConsumer, topic: EventTopic[E]) -> None:
        self._consumer = consumer
        self._topic = topic

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings, topic: EventTopic[E]) -> AsyncIterator[Self]:
        """The topic has to be there. Raises `KafkaError` where no broker answers."""
        consumer = AIOKafkaConsumer(
            topic.name,
            bootstrap_servers=settings.bootstrap,
            auto_offset_reset="earliest",
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=RETRY_BACKOFF_MS,
        )
        try:
            await consumer.start()
            yield cls(consumer, topic)
        finally:
            await close(consumer)

    async def fresh(self) -> AsyncIterator[list[E | Unreadable]]:
        """What has come since the last time, up to now: in batches, each partition in order."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        while behind := [at for at, end in ends.items() if await self._consumer.position(at) < end]:
            fetched = await self._consumer.getmany(
                *behind, timeout_ms=_PATIENCE_MS, max_records=_AT_ONCE
            )
            yield [self._read(message) for messages in fetched.values() for message in messages]

    def _read(self, message: ConsumerRecord[bytes, bytes]) -> E | Unreadable:
        try:
            return decode(self._topic, message.value or b"")
        except Undecodable as reason:
            return Unreadable(
                partition=message.partition, offset=message.offset, reason=str(reason)
            )

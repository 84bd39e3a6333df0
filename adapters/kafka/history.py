"""Reads a topic's events from the first on, as a bystander."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from aiokafka import ConsumerRecord

from adapters.kafka.bystander import Bystander
from adapters.kafka.codec import Undecodable, decode
from adapters.kafka.topics import EventTopic
from adapters.settings import KafkaSettings
from domain.events.envelope import Event

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record that is no event of the topic."""

    partition: int
    offset: int
    reason: str


class History(Generic[E]):
    def __init__(self, bystander: Bystander, topic: EventTopic[E]) -> None:
        self._bystander = bystander
        self._topic = topic

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings, topic: EventTopic[E]) -> AsyncIterator[Self]:
        """The topic has to be there. Raises `KafkaError` where no broker answers."""
        async with Bystander.connect(settings, [topic.name]) as bystander:
            yield cls(bystander, topic)

    async def fresh(self) -> AsyncIterator[list[E | Unreadable]]:
        """What has come since the last time, up to now: in batches, each partition in order."""
        async for messages in self._bystander.fresh():
            yield [self._read(message) for message in messages]

    def _read(self, message: ConsumerRecord[bytes, bytes]) -> E | Unreadable:
        try:
            return decode(self._topic, message.value or b"")
        except Undecodable as reason:
            return Unreadable(
                partition=message.partition, offset=message.offset, reason=str(reason)
            )

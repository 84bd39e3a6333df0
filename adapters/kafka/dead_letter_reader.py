"""Reads the dead-letter topics, the oldest first, as a bystander."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Self

from adapters.kafka.bystander import Bystander
from adapters.kafka.dead_letters import DeadLetter, LetterId, Resolution, read
from adapters.kafka.topics import TOPICS
from adapters.settings import KafkaSettings


class DeadLetterReader:
    def __init__(self, bystander: Bystander) -> None:
        self._bystander = bystander

    @classmethod
    @asynccontextmanager
    async def connect(
        cls, settings: KafkaSettings, topics: Iterable[str] | None = None
    ) -> AsyncIterator[Self]:
        """Of the dead-letter topics that are named, or of all. They have to be there.

        Raises `KafkaError` where no broker answers.
        """
        names = (topic.dead.name for topic in TOPICS) if topics is None else topics
        async with Bystander.connect(settings, names) as bystander:
            yield cls(bystander)

    async def fresh(self) -> AsyncIterator[DeadLetter | Resolution]:
        """What has come since the last time, up to now; each topic in order."""
        async for messages in self._bystander.fresh():
            for message in messages:
                if (found := read(message)) is not None:
                    yield found

    async def oldest(self) -> list[LetterId]:
        """From where on each topic still has its records: what was before is gone by its age."""
        firsts = await self._bystander.oldest()
        return [LetterId(topic, offset) for (topic, _), offset in firsts.items()]

"""Counts the dead letters that nobody has decided about yet."""

import asyncio

from prometheus_client import Gauge

from adapters.kafka.cluster import create_topics
from adapters.kafka.dead_letter_reader import DeadLetterReader
from adapters.kafka.dead_letters import DeadLetter, LetterId
from adapters.kafka.topics import TOPICS
from adapters.settings import KafkaSettings
from adapters.weather import endure

_EVERY_SECONDS = 30

OPEN = Gauge("dead_letters_open", "Dead letters neither replayed nor dropped.", ["topic"])


async def count_open_letters(kafka: KafkaSettings) -> None:
    """Until it is cancelled. Several processes tell the same."""
    async for attempt in endure():
        with attempt:
            await create_topics(kafka)
            async with DeadLetterReader.connect(kafka) as reader:
                letters = OpenLetters(reader)
                while True:
                    await letters.count()
                    await asyncio.sleep(_EVERY_SECONDS)


class OpenLetters:
    """Remembers the ids only."""

    def __init__(self, reader: DeadLetterReader) -> None:
        self._reader = reader
        self._open: set[LetterId] = set()

    async def count(self) -> None:
        """Reads only what is new since the last time."""
        async for found in self._reader.fresh():
            if isinstance(found, DeadLetter):
                self._open.add(found.id)
            else:
                self._open.discard(found.letter)
        oldest = dict(await self._reader.oldest())
        self._open = {letter for letter in self._open if letter.offset >= oldest[letter.topic]}
        for topic in TOPICS:
            waiting = [letter for letter in self._open if letter.topic == topic.dead.name]
            OPEN.labels(topic.name).set(len(waiting))

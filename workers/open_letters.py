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
    """Until it is cancelled. Each look reads only what is new."""
    async for attempt in endure():
        with attempt:
            await create_topics(kafka)
            async with DeadLetterReader.connect(kafka) as reader:
                await _count(reader)


async def _count(reader: DeadLetterReader) -> None:
    letters: set[LetterId] = set()
    while True:
        async for found in reader.fresh():
            if isinstance(found, DeadLetter):
                letters.add(found.id)
            else:
                letters.discard(found.letter)
        oldest = dict(await reader.oldest())
        letters = {letter for letter in letters if letter.offset >= oldest[letter.topic]}
        for topic in TOPICS:
            waiting = [letter for letter in letters if letter.topic == topic.dead.name]
            OPEN.labels(topic.name).set(len(waiting))
        await asyncio.sleep(_EVERY_SECONDS)

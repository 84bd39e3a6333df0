"""The dead letters as one person sees them: what came, and what was decided about it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.kafka.cluster import create_topics, existing_topics
from adapters.kafka.dead_letter_reader import DeadLetterReader
from adapters.kafka.dead_letters import DeadLetter, Decision, LetterId, Resolution, resolve
from adapters.kafka.producer import Producer
from adapters.settings import KafkaSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`resolution` is the last one; None while the letter is open."""

    letter: DeadLetter
    resolution: Resolution | None


async def read(kafka: KafkaSettings, topics: Collection[str]) -> dict[LetterId, Entry]:
    """What is in these dead-letter topics now, each in order: nothing where there is no topic."""
    entries: dict[LetterId, Entry] = {}
    there = await existing_topics(kafka)
    async with DeadLetterReader.connect(
        kafka, [each for each in topics if each in there]
    ) as reader:
        async for found in reader.fresh():
            if isinstance(found, DeadLetter):
                entries[found.id] = Entry(letter=found, resolution=None)
            elif found.letter in entries:
                letter = entries[found.letter].letter
                entries[found.letter] = Entry(letter=letter, resolution=found)
    return entries


async def replay(kafka: KafkaSettings, letters: Iterable[DeadLetter], *, by: str) -> None:
    """Send what came to where it came from: who has dealt with it meanwhile drops it by its id.

    A crash between a record and its resolution leaves the letter open: it may be sent once more.
    """
    await create_topics(kafka)
    async with Producer.connect(kafka) as producer:
        for letter in letters:
            await producer.send(letter.record)
            await producer.send(resolve(_resolution(letter, Decision.REPLAYED, by=by)))


async def drop(
    kafka: KafkaSettings, letters: Iterable[DeadLetter], *, reason: str, by: str
) -> None:
    async with Producer.connect(kafka) as producer:
        for letter in letters:
            dropped = _resolution(letter, Decision.DROPPED, by=by, reason=reason)
            await producer.send(resolve(dropped))


def _resolution(letter: DeadLetter, decision: Decision, *, by: str, reason: str = "") -> Resolution:
    return Resolution(
        letter=letter.id, decision=decision, reason=reason, by=by, at=datetime.now(UTC)
    )

"""The groups of consumers, seen and moved from outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from tests.soak.evidence import GROUPS
from tests.support.polling import seen


async def lag(bootstrap: str) -> dict[str, int]:
    """How many records each group has not committed yet."""
    found: dict[str, int] = {}
    for group in GROUPS:
        async with _bystander(bootstrap, group) as consumer:
            ends = await consumer.end_offsets(_partitions_of(group))
            done = {at: await consumer.committed(at) or 0 for at in ends}
            found[group] = sum(end - done[at] for at, end in ends.items())
    return found


async def rewind(bootstrap: str) -> None:
    """To the oldest record of every topic. Only while the groups have no members."""
    for group in GROUPS:
        async with _bystander(bootstrap, group) as consumer:
            starts = dict.fromkeys(_partitions_of(group), 0)

            async def commit() -> bool:
                try:
                    await consumer.commit(starts)  # noqa: B023 - Awaited before the next group.
                except KafkaError:
                    return False
                return True

            await seen(commit, bool)


@asynccontextmanager
async def _bystander(bootstrap: str, group: str) -> AsyncIterator[AIOKafkaConsumer]:
    """Who may ask for a group's offsets without being a member."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
    )
    await consumer.start()
    try:
        consumer.assign(_partitions_of(group))
        yield consumer
    finally:
        await consumer.stop()


def _partitions_of(group: str) -> list[TopicPartition]:
    return [
        TopicPartition(topic.name, number)
        for topic in GROUPS[group]
        for number in range(topic.partitions)
    ]

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from adapters.kafka.consumer import Consumer, Partition, Received
from adapters.kafka.producer import Producer
from adapters.kafka.record import Record
from adapters.settings import KafkaSettings
from tests.support.polling import seen


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaSettings:
    return KafkaSettings(bootstrap=kafka_bootstrap)


class Town:
    """A topic of a test's own, and members of a group that reads it."""

    def __init__(self, kafka: KafkaSettings, topic: str) -> None:
        self._kafka = kafka
        self._group = f"readers-of-{topic}"
        self.topic = topic

    async def send(self, count: int) -> None:
        """Each with a key of its own."""
        async with Producer.connect(self._kafka) as producer:
            records = [
                Record(topic=self.topic, key=str(number).encode(), value=b"x", headers=())
                for number in range(count)
            ]
            await asyncio.gather(*map(producer.send, records))

    @asynccontextmanager
    async def member(self) -> AsyncIterator["Member"]:
        async with Consumer.connect(self._kafka, group=self._group) as consumer:
            yield Member(consumer, self.topic)


class Member:
    def __init__(self, consumer: Consumer, topic: str) -> None:
        self.consumer = consumer
        self.released: set[Partition] = set()
        self.fails_to_release = False
        consumer.join([topic], release=self._release)

    async def _release(self, partitions: Collection[Partition]) -> None:
        self.released |= set(partitions)
        if self.fails_to_release:
            message = "Its work does not end."
            raise RuntimeError(message)

    async def take(self, count: int) -> list[Received]:
        """At least so many, or what came in the end."""
        taken: list[Received] = []

        async def look() -> int:
            taken.extend(await self.consumer.batch())
            return len(taken)

        await seen(look, lambda found: found >= count)
        return taken


@pytest.fixture
async def town(kafka: KafkaSettings) -> Town:
    town = Town(kafka, f"tests.{uuid4()}")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        await admin.start()
        await admin.create_topics([NewTopic(town.topic, 2, 1)])
    finally:
        await admin.close()
    return town


class TestConsumer:
    async def test_reads_again_from_the_oldest_that_was_not_done(self, town: Town) -> None:
        await town.send(20)
        async with town.member() as member:
            taken = await member.take(20)
            [first, *others] = [each for each in taken if each.partition == taken[0].partition]
            for received in taken:
                if received is not others[2]:
                    member.consumer.done(received)

        async with town.member() as member:
            again = await member.take(len(others) - 2)
        assert {(each.partition, each.offset) for each in again} == {
            (first.partition, each.offset) for each in others[2:]
        }

    async def test_takes_no_more_of_a_partition_until_there_is_room(self, town: Town) -> None:
        await town.send(2_000)
        async with town.member() as member:
            taken = await member.take(1_000)
            held_back = await member.consumer.batch()
            assert not held_back
            assert len(taken) < 1_200

            for received in taken:
                member.consumer.done(received)
            while len(taken) < 2_000:
                for received in (more := await member.take(1)):
                    member.consumer.done(received)
                taken += more
        assert len({(each.partition, each.offset) for each in taken}) == 2_000

    async def test_commits_what_is_done_before_partitions_go_to_another(self, town: Town) -> None:
        await town.send(20)
        async with town.member() as old:
            taken = await old.take(20)
            for received in taken:
                old.consumer.done(received)
            async with town.member() as new:

                async def shares() -> bool:
                    await old.consumer.batch()
                    assert not await new.consumer.batch()
                    return bool(await new.consumer.lag()) and bool(await old.consumer.lag())

                await seen(shares, bool)
        assert old.released == {(town.topic, 0), (town.topic, 1)}

    async def test_forgets_what_it_had_begun_also_where_that_could_not_be_ended(
        self, town: Town
    ) -> None:
        await town.send(20)
        async with town.member() as old:
            await old.take(20)
            old.fails_to_release = True

            async def work(member: Member) -> int:
                for received in await member.consumer.batch():
                    member.consumer.done(received)
                await member.consumer.commit()
                return (await member.consumer.lag()).get(town.topic, -1)

            async with town.member() as new:

                async def shares() -> tuple[int, int]:
                    return await work(new), await work(old)

                await seen(shares, lambda left: left == (0, 0))
            await town.send(20)

            await seen(partial(work, old), lambda left: left == 0)

    async def test_knows_how_much_is_not_committed(self, town: Town) -> None:
        await town.send(20)
        async with town.member() as member:
            taken = await member.take(20)
            assert await member.consumer.lag() == {town.topic: 20}
            for received in taken:
                member.consumer.done(received)
            await member.consumer.commit()
            assert await member.consumer.lag() == {town.topic: 0}

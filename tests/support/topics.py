"""What stands in a Kafka topic, and what may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.structs import ConsumerRecord

from adapters.kafka.topics import Topic


async def records_in(bootstrap: str, topic: str) -> list[ConsumerRecord[bytes, bytes]]:
    """All that there is now, each partition in order. Belongs to no group."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    try:
        await consumer.start()
        found: list[ConsumerRecord[bytes, bytes]] = []
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                found += (await consumer.getmany(partition, timeout_ms=1000)).get(partition, [])
        return found
    finally:
        await consumer.stop()


@asynccontextmanager
async def at_most_bytes(bootstrap: str, topic: Topic, limit: int) -> AsyncIterator[None]:
    """Meanwhile the broker refuses what is larger."""
    await _configure(bootstrap, topic, {"max.message.bytes": str(limit)})
    try:
        yield
    finally:
        await _configure(bootstrap, topic, {})


async def _configure(bootstrap: str, topic: Topic, more: dict[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        configs = {**topic.configs, **more}
        [answer] = await admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=configs)]
        )
        assert answer.resources[0][0] == 0, answer
    finally:
        await admin.close()

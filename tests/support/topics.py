"""What stands in a Kafka topic."""

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord


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

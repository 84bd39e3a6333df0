"""Ends a consumer of aiokafka's, whatever the broker does."""

import asyncio

from aiokafka import AIOKafkaConsumer


async def close(consumer: AIOKafkaConsumer) -> None:
    """Leave the group, if it is a member of one, and close its connections.

    While the broker is away, aiokafka lets the cancellation of its own fetches out. Taken for ours,
    it would end whoever only meant to connect again, and nobody would hear of it.
    https://github.com/aio-libs/aiokafka/issues/647
    """
    stopping = asyncio.ensure_future(consumer.stop())
    await asyncio.wait({stopping})
    if stopping.cancelled():
        # It got no further than its fetches, and says that it is closed.
        await consumer._client.close()  # noqa: SLF001
    else:
        stopping.result()

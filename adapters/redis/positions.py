"""Where couriers are who carry an order, told to whoever listens at that moment.

Redis passes it on and keeps nothing of it.
"""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from adapters.settings import RedisSettings
from domain.deliveries import Ride

_CHANNEL = "courier-positions"
_TIMEOUT_SECONDS = 0.5
_AT_MOST_EVERY_MS = 1_000
# A server that is gone without a word is missed after half a minute.
_KEEPALIVES = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 4}

_RIDE = TypeAdapter(Ride)


class Positions:
    """Every method raises one of `adapters.outages.AWAY` when Redis is away. Close it at last."""

    def __init__(self, settings: RedisSettings) -> None:
        self._redis: Redis = Redis.from_url(
            settings.url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            socket_keepalive=True,
            socket_keepalive_options=_KEEPALIVES,
            # Once, for a connection that did not survive the server's restart.
            retry=Retry(NoBackoff(), 1),
        )

    async def tell(self, courier_id: UUID, rides: Sequence[Ride]) -> None:
        """Tell where each order of the courier is. What comes within the same second is dropped."""
        key = f"told-position:{courier_id}"
        if await self._redis.set(key, 1, nx=True, px=_AT_MOST_EVERY_MS):
            for ride in rides:
                await self._redis.publish(_CHANNEL, _RIDE.dump_json(ride))

    @asynccontextmanager
    async def told(self) -> AsyncIterator[AsyncIterator[Ride]]:
        """What is told from the moment this is entered on."""
        async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(_CHANNEL)
            yield _rides(subscription)

    async def close(self) -> None:
        await self._redis.aclose()


async def _rides(subscription: PubSub) -> AsyncIterator[Ride]:
    async for message in subscription.listen():
        yield _RIDE.validate_json(message["data"])

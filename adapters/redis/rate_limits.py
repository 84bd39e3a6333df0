"""How often somebody may do something: counters in Redis, which may lose them at any moment."""

import math
import time
from dataclasses import dataclass
from typing import cast

from limits import RateLimitItem
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from adapters.settings import RedisSettings

# A request waits for its limit, so an answer that takes longer counts as none.
_TIMEOUT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Window:
    """The span of time that a request was counted in. `left` may be sent in it yet.

    `ends_in`: seconds, rounded up.
    """

    left: int
    ends_in: int
    is_exceeded: bool


class RateLimits:
    """Every method raises one of `adapters.outages.AWAY` when Redis is away. Close it at the end.

    What that means is the caller's choice.
    """

    def __init__(self, settings: RedisSettings) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(
            settings.url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            # Once, for a connection that did not survive the server's restart.
            retry=Retry(NoBackoff(), 1),
        )
        # The pool is passed on to redis-py as it is; the annotation knows of plain options only.
        self._storage = RedisStorage(
            settings.url, implementation="redispy", connection_pool=cast("str", self._pool)
        )
        self._counters = FixedWindowRateLimiter(self._storage)

    async def count(self, limit: RateLimitItem, *who: str) -> Window:
        """Count one request. Windows begin by the clock, so one command knows everything."""
        seconds = limit.get_expiry()
        number, elapsed = divmod(time.time(), seconds)
        used = await self._storage.incr(limit.key_for(*who, str(int(number))), seconds)
        return Window(
            left=max(0, limit.amount - used),
            ends_in=math.ceil(seconds - elapsed),
            is_exceeded=used > limit.amount,
        )

    async def seconds_to_wait(self, limit: RateLimitItem, *who: str) -> int:
        """Count one attempt. 0 where it is within the limit, else when the next one may be."""
        if await self._counters.hit(limit, *who):
            return 0
        window = await self._counters.get_window_stats(limit, *who)
        return max(1, round(window.reset_time - time.time()))

    async def ping(self) -> None:
        await Redis(connection_pool=self._pool).ping()

    async def close(self) -> None:
        await self._pool.disconnect()

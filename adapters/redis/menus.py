"""Menus as guests see them, kept by restaurant and revision.

Nothing is ever taken out for being old: after a change the menu has another revision, and so
another key. What nobody asks for any more runs out by itself.
"""

import time
from collections.abc import Sequence
from hashlib import sha256

import structlog
from pydantic import TypeAdapter
from pydantic_core import to_json
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from adapters.settings import RedisSettings
from domain.restaurants import MenuItem, Restaurant

# The table has the menu too, and answers sooner than this.
_TIMEOUT_SECONDS = 0.1
_CONNECTIONS = 16
# Who found Redis away spares the others the wait for so long.
_PAUSE_SECONDS = 1.0
_KEPT_SECONDS = 3600

_MENU = TypeAdapter(list[MenuItem])
# A release that knows other fields of a dish doesn't find what this one has written.
_SHAPE = sha256(to_json(_MENU.json_schema())).hexdigest()[:8]

log = structlog.stdlib.get_logger(__name__)


class MenuCache:
    """Has nothing and keeps nothing while Redis is away. Close it at the end."""

    def __init__(self, settings: RedisSettings) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(
            settings.url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            max_connections=_CONNECTIONS,
            # Once, for a connection that did not survive the server's restart.
            retry=Retry(NoBackoff(), 1),
        )
        self._redis = Redis(connection_pool=self._pool)
        self._away_until = 0.0

    async def find(self, restaurant: Restaurant) -> Sequence[MenuItem] | None:
        """The menu of the restaurant's revision, or a newer one."""
        if self._is_away():
            return None
        try:
            kept = await self._redis.get(_key(restaurant))
        except RedisError as error:
            self._leave_alone(error)
            return None
        return None if kept is None else _MENU.validate_json(kept)

    async def keep(self, restaurant: Restaurant, menu: Sequence[MenuItem]) -> None:
        """`menu` was read after the restaurant, so it is of its revision or a newer one."""
        if self._is_away():
            return
        try:
            await self._redis.set(_key(restaurant), _MENU.dump_json(list(menu)), ex=_KEPT_SECONDS)
        except RedisError as error:
            self._leave_alone(error)

    async def close(self) -> None:
        await self._pool.disconnect()

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _leave_alone(self, error: RedisError) -> None:
        self._away_until = time.monotonic() + _PAUSE_SECONDS
        log.warning("menu_cache.away", error=type(error).__name__)


def _key(restaurant: Restaurant) -> str:
    return f"menu:{_SHAPE}:{restaurant.restaurant_id}:{restaurant.menu_revision}"

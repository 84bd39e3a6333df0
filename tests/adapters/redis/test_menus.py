import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.redis import menus
from adapters.redis.menus import MenuCache
from adapters.settings import RedisSettings
from domain.restaurants import MenuItem
from tests.support.kitchens import a_dish, a_restaurant
from tests.support.polling import seen
from tests.support.redis_process import RedisProcess, redis_process

ROMA = a_restaurant()
MENU = [
    a_dish(ROMA.restaurant_id, name=name, description="Ж").as_guests_see_it()
    for name in ("Margherita", "Marinara")
]


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisProcess]:
    async with redis_process(tmp_path) as process:
        yield process


@pytest.fixture
async def cache(redis: RedisProcess, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MenuCache]:
    """With more patience than ours: a busy machine is no Redis that is away."""
    monkeypatch.setattr(menus, "_TIMEOUT_SECONDS", 1.0)
    cache = MenuCache(RedisSettings(url=redis.url))
    yield cache
    await cache.close()


async def is_kept(cache: MenuCache) -> bool:
    await cache.keep(ROMA, MENU)
    return await cache.find(ROMA) == MENU


class TestMenuCache:
    async def test_has_what_was_kept_of_that_revision_alone(self, cache: MenuCache) -> None:
        await cache.keep(ROMA, MENU)
        assert await cache.find(ROMA) == MENU
        assert await cache.find(replace(ROMA, menu_revision=uuid4())) is None
        assert await cache.find(replace(ROMA, restaurant_id=uuid4())) is None

    async def test_keeps_an_empty_menu_too(self, cache: MenuCache) -> None:
        await cache.keep(ROMA, [])
        assert await cache.find(ROMA) == []

    async def test_has_nothing_after_redis_lost_everything(
        self, cache: MenuCache, redis: RedisProcess
    ) -> None:
        await cache.keep(ROMA, MENU)
        await redis.flush()
        assert await cache.find(ROMA) is None
        assert await is_kept(cache)

    async def test_has_nothing_while_redis_is_away_and_takes_up_again_after_it(
        self, cache: MenuCache, redis: RedisProcess
    ) -> None:
        assert await is_kept(cache)
        await redis.stop()
        assert not await is_kept(cache)
        await redis.start()
        await seen(lambda: is_kept(cache), bool)

    async def test_is_waited_for_once_while_redis_hangs(
        self, cache: MenuCache, redis: RedisProcess, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(menus, "_PAUSE_SECONDS", 30.0)
        assert await is_kept(cache)
        redis.freeze()
        begun = time.monotonic()
        found: list[object] = [await cache.find(ROMA) for _ in range(100)]
        redis.thaw()
        assert found == [None] * 100
        # Twice the second that it may take here; a hundred of them would be 200 s.
        assert time.monotonic() - begun < 10

    async def test_does_not_show_guests_the_stock(self) -> None:
        dish: MenuItem = a_dish(ROMA.restaurant_id, stock=3)
        assert dish.as_guests_see_it() == replace(dish, stock=None)
        assert not replace(dish, stock=0).as_guests_see_it().available

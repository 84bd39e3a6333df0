"""Guests' menus over REST: from the cache, and never older than what was answered before."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from adapters.settings import RedisSettings
from api.app import create_app
from api.services import Settings
from domain.stock import ReleaseStock, ReserveStock, StockLine
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.redis_process import RedisProcess, redis_process
from tests.support.rest import Visitor
from tests.support.serving import serving
from tests.support.statements import statements


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people, stock=1)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisProcess]:
    async with redis_process(tmp_path) as process:
        yield process


@pytest.fixture
async def guest(
    settings: Settings, redis: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Visitor]:
    """Of an API whose Redis the test may stop, and which does not take a busy one for stopped."""
    monkeypatch.setattr("adapters.redis.menus._TIMEOUT_SECONDS", 1.0)
    app = create_app(replace(settings, redis=RedisSettings(url=redis.url)))
    with serving(app) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield Visitor(client)


@pytest.fixture
async def stock(settings: Settings) -> AsyncIterator[StockRepository]:
    database = Database(settings.databases.catalog_dsn)
    yield StockRepository(database)
    await database.close()


async def dish_of(guest: Visitor, diner: Diner) -> dict[str, Any]:
    answer = await guest.get(f"/restaurants/{diner.restaurant_id}/menu")
    assert answer.status_code == 200, answer.text
    [dish] = answer.json()["items"]
    assert isinstance(dish, dict)
    return dish


@dataclass
class Renaming:
    """Staff who rename the dish to one number after another. `done`: the last that was answered."""

    diner: Diner
    done: int = 0
    is_over: bool = False

    async def go_on(self, times: int) -> None:
        path = f"/restaurants/{self.diner.restaurant_id}/menu/items/{self.diner.item_id}"
        for number in range(self.done + 1, self.done + times + 1):
            answer = await self.diner.staff.patch(path, {"name": f"{number}"})
            assert answer.status_code == 200, answer.text
            self.done = number

    async def watch(self, guest: Visitor) -> None:
        while not self.is_over:
            at_least = self.done
            dish = await dish_of(guest, self.diner)
            assert int(dish["name"]) >= at_least


class TestMenuCache:
    async def test_answers_without_reading_the_dishes_again(
        self, guest: Visitor, diner: Diner
    ) -> None:
        first = await dish_of(guest, diner)
        with statements() as sent:
            assert await dish_of(guest, diner) == first
        assert not [sql for sql, _ in sent if "menu_items" in sql]

    async def test_shows_at_once_that_the_last_portion_is_reserved_and_back(
        self, guest: Visitor, diner: Diner, stock: StockRepository
    ) -> None:
        assert (await dish_of(guest, diner))["available"]
        line = StockLine(menu_item_id=UUID(diner.item_id), quantity=1)
        order_id, restaurant_id = uuid4(), UUID(diner.restaurant_id)
        await stock.reserve(
            ReserveStock(order_id=order_id, restaurant_id=restaurant_id, lines=[line])
        )
        assert not (await dish_of(guest, diner))["available"]
        await stock.release(ReleaseStock(order_id=order_id))
        assert (await dish_of(guest, diner))["available"]

    async def test_is_never_stale_whatever_becomes_of_redis(
        self, guest: Visitor, diner: Diner, redis: RedisProcess
    ) -> None:
        renaming = Renaming(diner)
        await renaming.go_on(1)
        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(renaming.watch(guest))
            await renaming.go_on(8)
            await redis.flush()
            await renaming.go_on(8)
            await redis.stop()
            await renaming.go_on(8)
            await redis.start()
            await renaming.go_on(8)
            redis.freeze()
            await renaming.go_on(2)
            redis.thaw()
            await renaming.go_on(2)
            renaming.is_over = True
        assert (await dish_of(guest, diner))["name"] == f"{renaming.done}"

"""Every activity is tried twice, as the engine may: the same result, one effect."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.stock import StockActivities
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from domain.errors import StepUndone
from domain.stock import ReleaseStock
from tests.support.kitchens import a_kitchen, stock_of


@pytest.fixture
def activities(stock: StockRepository) -> StockActivities:
    return StockActivities(stock)


async def test_reserve_stock_takes_once_when_tried_twice(
    activities: StockActivities, restaurants: RestaurantRepository
) -> None:
    kitchen = await a_kitchen(restaurants, stock=[5])
    command = kitchen.reserve(2)
    for _ in range(2):
        await ActivityEnvironment().run(activities.reserve_stock, command)
    assert await stock_of(restaurants, kitchen) == [3]


async def test_release_stock_puts_back_once_when_tried_twice(
    activities: StockActivities, restaurants: RestaurantRepository
) -> None:
    kitchen = await a_kitchen(restaurants, stock=[5])
    command = kitchen.reserve(2)
    await ActivityEnvironment().run(activities.reserve_stock, command)
    for _ in range(2):
        release = ReleaseStock(order_id=command.order_id)
        await ActivityEnvironment().run(activities.release_stock, release)
    assert await stock_of(restaurants, kitchen) == [5]


async def test_reserve_stock_takes_nothing_when_its_undo_came_first(
    activities: StockActivities, restaurants: RestaurantRepository
) -> None:
    kitchen = await a_kitchen(restaurants, stock=[5])
    command = kitchen.reserve(2)
    release = ReleaseStock(order_id=command.order_id)
    for _ in range(2):
        await ActivityEnvironment().run(activities.release_stock, release)
        with pytest.raises(StepUndone):
            await ActivityEnvironment().run(activities.reserve_stock, command)
    assert await stock_of(restaurants, kitchen) == [5]

"""Every activity is tried twice, as the engine may: the same result, one effect."""

from dataclasses import replace

import pytest
from temporalio.testing import ActivityEnvironment

from activities.stock import StockActivities
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from domain.errors import StepUndone
from domain.stock import ConsumeStock, ReleaseStock, WithdrawItems
from tests.support.kitchens import a_kitchen, busy_slots, stock_of


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


async def test_consume_stock_frees_one_slot_when_tried_twice(
    activities: StockActivities, restaurants: RestaurantRepository, catalog: Database
) -> None:
    kitchen = await a_kitchen(restaurants, stock=[5], kitchen_slots=2)
    cooked, cooking = kitchen.reserve(2), kitchen.reserve(1)
    for reservation in (cooked, cooking):
        await ActivityEnvironment().run(activities.reserve_stock, reservation)
    for _ in range(2):
        consume = ConsumeStock(order_id=cooked.order_id)
        await ActivityEnvironment().run(activities.consume_stock, consume)
    assert await busy_slots(catalog, kitchen) == 1


async def test_withdraw_items_leaves_the_menu_to_the_staff_when_tried_again_later(
    activities: StockActivities, restaurants: RestaurantRepository
) -> None:
    kitchen = await a_kitchen(restaurants, stock=[5])
    [dish] = kitchen.dishes
    command = kitchen.reserve(2)
    await ActivityEnvironment().run(activities.reserve_stock, command)
    withdraw = WithdrawItems(
        order_id=command.order_id,
        restaurant_id=dish.restaurant_id,
        menu_item_ids=[dish.menu_item_id],
    )
    await ActivityEnvironment().run(activities.withdraw_items, withdraw)
    [gone] = await restaurants.menu(dish.restaurant_id)
    assert not gone.available
    await restaurants.update_item(replace(gone, available=True), restock=False)
    await ActivityEnvironment().run(activities.withdraw_items, withdraw)
    [back] = await restaurants.menu(dish.restaurant_id)
    assert back.available

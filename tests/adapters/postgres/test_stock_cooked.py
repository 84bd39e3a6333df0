"""What becomes of a reservation whose food is cooked, and of dishes that turn out to be gone."""

import asyncio
from uuid import UUID

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from domain.errors import ItemUnavailable
from domain.stock import ConsumeStock, ReleaseStock, WithdrawItems
from tests.support.kitchens import Kitchen, a_kitchen, busy_slots, stock_of


def withdrawal(kitchen: Kitchen, order_id: UUID, *numbers: int) -> WithdrawItems:
    return WithdrawItems(
        order_id=order_id,
        restaurant_id=kitchen.restaurant.restaurant_id,
        menu_item_ids=[kitchen.dishes[number].menu_item_id for number in numbers],
    )


class TestConsume:
    async def test_frees_the_slot_and_leaves_nothing_to_put_back(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5], kitchen_slots=1)
        command = kitchen.reserve(2)
        await stock.reserve(command)
        await stock.consume(ConsumeStock(order_id=command.order_id))
        await stock.release(ReleaseStock(order_id=command.order_id))
        assert await stock_of(restaurants, kitchen) == [3]
        assert await busy_slots(catalog, kitchen) == 0
        await stock.reserve(kitchen.reserve(1))

    async def test_changes_nothing_where_it_was_released(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        command = kitchen.reserve(2)
        await stock.reserve(command)
        await stock.release(ReleaseStock(order_id=command.order_id))
        await stock.consume(ConsumeStock(order_id=command.order_id))
        assert await stock_of(restaurants, kitchen) == [5]
        assert await busy_slots(catalog, kitchen) == 0

    async def test_and_release_at_once_free_one_slot(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[40])
        orders = [kitchen.reserve(1) for _ in range(8)]
        for order in orders:
            await stock.reserve(order)
        await asyncio.gather(
            *(stock.consume(ConsumeStock(order_id=order.order_id)) for order in orders),
            *(stock.release(ReleaseStock(order_id=order.order_id)) for order in orders),
        )
        assert await busy_slots(catalog, kitchen) == 0
        [left] = await stock_of(restaurants, kitchen)
        assert left is not None
        assert 32 <= left <= 40


class TestWithdraw:
    async def test_forgets_what_is_gone_and_puts_the_rest_back(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, 5, None])
        command = kitchen.reserve(2, 2, 2)
        await stock.reserve(command)
        await stock.withdraw(withdrawal(kitchen, command.order_id, 0, 2))
        await stock.release(ReleaseStock(order_id=command.order_id))
        assert await stock_of(restaurants, kitchen) == [3, 5, None]
        menu = await restaurants.menu(kitchen.restaurant.restaurant_id)
        assert [(dish.available, dish.version) for dish in menu] == [
            (False, 2),
            (True, 1),
            (False, 2),
        ]

    async def test_touches_no_dish_of_another_restaurant(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        other = await a_kitchen(restaurants, stock=[5])
        command = kitchen.reserve(1)
        await stock.reserve(command)
        stolen = [other.dishes[0].menu_item_id]
        await stock.withdraw(
            WithdrawItems(
                order_id=command.order_id,
                restaurant_id=kitchen.restaurant.restaurant_id,
                menu_item_ids=stolen,
            )
        )
        [dish] = await restaurants.menu(other.restaurant.restaurant_id)
        assert dish.available

    async def test_never_deadlocks_with_orders_for_the_same_dishes(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[90, 90])
        begun = [kitchen.reserve(1, 1) for _ in range(10)]
        for order in begun:
            await stock.reserve(order)
        results = await asyncio.gather(
            *(stock.withdraw(withdrawal(kitchen, order.order_id, 1, 0)) for order in begun),
            *(stock.reserve(kitchen.reserve(1, 1)) for _ in range(10)),
            *(stock.release(ReleaseStock(order_id=order.order_id)) for order in begun),
            return_exceptions=True,
        )
        # Off the menu, the dishes are refused; nothing else may go wrong.
        assert {type(result) for result in results} <= {type(None), ItemUnavailable}

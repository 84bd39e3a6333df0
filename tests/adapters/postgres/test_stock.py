import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from domain.errors import (
    ItemUnavailable,
    KitchenFull,
    RestaurantClosed,
    RestaurantNotFound,
    StepUndone,
)
from domain.stock import ReleaseStock, ReserveStock, StockLine
from tests.support.kitchens import a_kitchen, busy_slots, stock_of

IN_THE_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ORDERS = 4
STEP = st.tuples(
    st.booleans(),
    st.integers(0, ORDERS - 1),
    st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(any),
)


def release(order_id: UUID) -> ReleaseStock:
    return ReleaseStock(order_id=order_id)


class TestReserve:
    async def test_takes_the_dishes_and_a_slot(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, None])
        await stock.reserve(kitchen.reserve(2, 9))
        assert await stock_of(restaurants, kitchen) == [3, None]
        assert await busy_slots(catalog, kitchen) == 1

    async def test_changes_nothing_when_repeated(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        command = kitchen.reserve(2)
        await asyncio.gather(*(stock.reserve(command) for _ in range(10)))
        assert await stock_of(restaurants, kitchen) == [3]
        assert await busy_slots(catalog, kitchen) == 1

    async def test_adds_up_lines_of_the_same_dish(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[3])
        command = kitchen.reserve(2)
        with pytest.raises(ItemUnavailable, match=r"Dish 1: 3 left, 4 wanted\."):
            await stock.reserve(replace(command, lines=command.lines * 2))

    async def test_names_every_dish_that_is_short_and_takes_nothing(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, 1, 0])
        with pytest.raises(ItemUnavailable) as refused:
            await stock.reserve(kitchen.reserve(1, 2, 1))
        assert str(refused.value) == "Dish 2: 1 left, 2 wanted. Dish 3: 0 left, 1 wanted."
        assert await stock_of(restaurants, kitchen) == [5, 1, 0]
        assert await busy_slots(catalog, kitchen) == 0

    async def test_refuses_a_dish_that_is_off_the_menu(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, 5])
        off, gone = kitchen.dishes
        await restaurants.update_item(replace(off, available=False), restock=False)
        await restaurants.remove_item(gone.restaurant_id, gone.menu_item_id)
        with pytest.raises(ItemUnavailable, match=r"Dish 1 is not available\."):
            await stock.reserve(kitchen.reserve(1))
        with pytest.raises(ItemUnavailable, match="no longer on the menu"):
            await stock.reserve(kitchen.reserve(0, 1))

    async def test_refuses_a_dish_of_another_restaurant(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen, other = await a_kitchen(restaurants), await a_kitchen(restaurants, stock=[5])
        command = other.reserve(1)
        with pytest.raises(ItemUnavailable):
            await stock.reserve(replace(command, restaurant_id=kitchen.restaurant.restaurant_id))

    async def test_refuses_where_the_restaurant_is_paused_or_unknown(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5], paused=True)
        with pytest.raises(RestaurantClosed):
            await stock.reserve(kitchen.reserve(1))

    async def test_refuses_more_orders_than_the_kitchen_has_slots(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5], kitchen_slots=1)
        first = kitchen.reserve(1)
        await stock.reserve(first)
        with pytest.raises(KitchenFull):
            await stock.reserve(kitchen.reserve(1))
        await stock.release(release(first.order_id))
        await stock.reserve(kitchen.reserve(1))

    async def test_lets_exactly_as_many_win_as_there_are_dishes(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[7])
        results = await asyncio.gather(
            *(stock.reserve(kitchen.reserve(1)) for _ in range(20)), return_exceptions=True
        )
        assert Counter(map(type, results)) == {type(None): 7, ItemUnavailable: 13}
        assert await stock_of(restaurants, kitchen) == [0]
        assert await busy_slots(catalog, kitchen) == 7

    async def test_never_deadlocks_when_orders_want_dishes_in_opposite_order(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[20, 20])
        commands = [kitchen.reserve(1, 1) for _ in range(20)]
        turned = [
            replace(command, lines=command.lines[:: (-1) ** number])
            for number, command in enumerate(commands)
        ]
        await asyncio.gather(*map(stock.reserve, turned))
        await asyncio.gather(*(stock.release(release(one.order_id)) for one in turned))
        assert await stock_of(restaurants, kitchen) == [20, 20]


class TestRelease:
    async def test_puts_back_what_was_held_once(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5, None])
        command = kitchen.reserve(2, 3)
        await stock.reserve(command)
        await asyncio.gather(*(stock.release(release(command.order_id)) for _ in range(10)))
        assert await stock_of(restaurants, kitchen) == [5, None]
        assert await busy_slots(catalog, kitchen) == 0

    async def test_keeps_out_a_reservation_that_lands_later(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        command = kitchen.reserve(2)
        await stock.release(release(command.order_id))
        with pytest.raises(StepUndone):
            await stock.reserve(command)
        assert await stock_of(restaurants, kitchen) == [5]
        assert await busy_slots(catalog, kitchen) == 0

    async def test_holds_nothing_whoever_of_the_two_comes_first(
        self, stock: StockRepository, restaurants: RestaurantRepository, catalog: Database
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[9])
        commands = [kitchen.reserve(1) for _ in range(9)]
        races = [
            step
            for command in commands
            for step in (stock.reserve(command), stock.release(release(command.order_id)))
        ]
        results = await asyncio.gather(*races, return_exceptions=True)
        assert set(map(type, results)) <= {type(None), StepUndone}
        assert await stock_of(restaurants, kitchen) == [9]
        assert await busy_slots(catalog, kitchen) == 0

    async def test_puts_nothing_back_into_a_dish_that_was_unlimited_then(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[None])
        command = kitchen.reserve(4)
        await stock.reserve(command)
        await restaurants.update_item(replace(kitchen.dishes[0], stock=10), restock=True)
        await stock.release(release(command.order_id))
        assert await stock_of(restaurants, kitchen) == [10]

    async def test_leaves_a_dish_unlimited_that_is_so_now(
        self, stock: StockRepository, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[5])
        command = kitchen.reserve(4)
        await stock.reserve(command)
        await restaurants.update_item(replace(kitchen.dishes[0], stock=None), restock=True)
        await stock.release(release(command.order_id))
        assert await stock_of(restaurants, kitchen) == [None]


class Ledger:
    """The model: what each order holds of two dishes, and which may never hold anything again."""

    def __init__(self, *, stock: int, slots: int) -> None:
        self.held: dict[int, tuple[int, int]] = {}
        self._stock = stock
        self._slots = slots
        self._released: set[int] = set()

    @property
    def left(self) -> list[int]:
        return [self._stock - sum(taken) for taken in zip((0, 0), *self.held.values(), strict=True)]

    def release(self, order: int) -> None:
        self.held.pop(order, None)
        self._released.add(order)

    def reserve(self, order: int, wanted: tuple[int, int]) -> type[Exception] | None:
        """Hold it, or say how it is refused."""
        if order in self._released:
            return StepUndone
        if order in self.held:
            return None
        if len(self.held) == self._slots:
            return KitchenFull
        if any(quantity > left for quantity, left in zip(wanted, self.left, strict=True)):
            return ItemUnavailable
        self.held[order] = wanted
        return None


class TestStock:
    @IN_THE_DATABASE
    @given(steps=st.lists(STEP, max_size=15))
    async def test_is_conserved_whatever_orders_do(
        self,
        stock: StockRepository,
        restaurants: RestaurantRepository,
        catalog: Database,
        steps: list[tuple[bool, int, tuple[int, int]]],
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[4, 4], kitchen_slots=2)
        ledger = Ledger(stock=4, slots=2)
        ids = [uuid4() for _ in range(ORDERS)]
        for reserves, order, wanted in steps:
            if not reserves:
                ledger.release(order)
                await stock.release(release(ids[order]))
            elif refusal := ledger.reserve(order, wanted):
                with pytest.raises(refusal):
                    await stock.reserve(kitchen.reserve(*wanted, order_id=ids[order]))
            else:
                await stock.reserve(kitchen.reserve(*wanted, order_id=ids[order]))
            assert await stock_of(restaurants, kitchen) == ledger.left
        assert await busy_slots(catalog, kitchen) == len(ledger.held)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("menu_items SET stock = -1", "ck_menu_items_stock_not_negative"),
            ("menu_items SET price = 0", "ck_menu_items_price"),
            ("restaurants SET kitchen_busy = -1", "ck_restaurants_kitchen_busy_within_slots"),
            (
                "restaurants SET kitchen_slots = 1, kitchen_busy = 2",
                "ck_restaurants_kitchen_busy_within_slots",
            ),
            ("restaurants SET lat = 91", "ck_restaurants_lat"),
            ("restaurants SET lon = -181", "ck_restaurants_lon"),
        ],
    )
    async def test_is_guarded_by_the_database(
        self, restaurants: RestaurantRepository, catalog: Database, change: str, rule: str
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[1])
        key = "id" if change.startswith("restaurants") else "restaurant_id"
        with pytest.raises(IntegrityError, match=rule):
            async with catalog.transaction() as session:
                await session.execute(
                    text(f"UPDATE catalog.{change} WHERE {key} = :id"),
                    {"id": kitchen.restaurant.restaurant_id},
                )


async def test_a_reservation_at_no_restaurant_is_refused(stock: StockRepository) -> None:
    line = StockLine(menu_item_id=uuid4(), quantity=1)
    with pytest.raises(RestaurantNotFound):
        await stock.reserve(ReserveStock(order_id=uuid4(), restaurant_id=uuid4(), lines=[line]))

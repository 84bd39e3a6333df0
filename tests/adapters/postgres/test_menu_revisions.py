"""A menu's revision is another one exactly when guests would see another menu."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from domain.errors import ItemUnavailable
from domain.money import Money
from domain.restaurants import MenuItem
from domain.stock import ReleaseStock, WithdrawItems
from tests.support.kitchens import Kitchen, a_dish, a_kitchen

CHANGES = st.sampled_from(
    [
        {"name": "Pizza"},
        {"description": "Hot."},
        {"price": Money(900, "USD")},
        {"available": True},
        {"available": False},
        {"stock": None},
        {"stock": 0},
        {"stock": 2},
    ]
)
STEPS = st.lists(
    st.one_of(
        CHANGES, st.sampled_from(["reserve 1", "reserve 2", "release", "withdraw", "add", "pause"])
    ),
    max_size=8,
)


async def revision_of(restaurants: RestaurantRepository, kitchen: Kitchen) -> UUID:
    found = await restaurants.find(kitchen.restaurant.restaurant_id)
    assert found is not None
    return found.menu_revision


async def shown(restaurants: RestaurantRepository, kitchen: Kitchen) -> list[MenuItem]:
    menu = await restaurants.menu(kitchen.restaurant.restaurant_id)
    return [replace(dish.as_guests_see_it(), version=1) for dish in menu]


class Day:
    """What happens at a kitchen with one dish."""

    def __init__(
        self, kitchen: Kitchen, restaurants: RestaurantRepository, stock: StockRepository
    ) -> None:
        self._kitchen = kitchen
        self._restaurants = restaurants
        self._stock = stock
        self._orders: list[UUID] = []

    async def take(self, step: str | dict[str, object]) -> None:
        if isinstance(step, dict):
            [dish, *_] = await self._restaurants.menu(self._kitchen.restaurant.restaurant_id)
            await self._restaurants.update_item(replace(dish, **step), restock="stock" in step)  # type: ignore[arg-type]
        elif step.startswith("reserve"):
            await self._reserve(int(step[-1]))
        elif step == "release" and self._orders:
            await self._stock.release(ReleaseStock(order_id=self._orders.pop()))
        elif step == "withdraw" and self._orders:
            await self._stock.withdraw(self._withdrawal(self._orders[-1]))
        elif step == "add":
            await self._restaurants.add_item(a_dish(self._kitchen.restaurant.restaurant_id))
        elif step == "pause":
            await self._restaurants.set_paused(self._kitchen.restaurant.restaurant_id, paused=True)
            await self._restaurants.set_paused(self._kitchen.restaurant.restaurant_id, paused=False)

    async def _reserve(self, quantity: int) -> None:
        command = self._kitchen.reserve(quantity)
        try:
            await self._stock.reserve(command)
        except ItemUnavailable:
            return
        self._orders.append(command.order_id)

    def _withdrawal(self, order_id: UUID) -> WithdrawItems:
        return WithdrawItems(
            order_id=order_id,
            restaurant_id=self._kitchen.restaurant.restaurant_id,
            menu_item_ids=[self._kitchen.dishes[0].menu_item_id],
        )


class TestMenuRevision:
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(steps=STEPS)
    async def test_changes_with_what_guests_see_and_with_nothing_else(
        self,
        restaurants: RestaurantRepository,
        stock: StockRepository,
        steps: list[str | dict[str, object]],
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[2])
        day = Day(kitchen, restaurants, stock)
        revision, menu = await revision_of(restaurants, kitchen), await shown(restaurants, kitchen)
        for step in steps:
            await day.take(step)
            before, was = revision, menu
            revision = await revision_of(restaurants, kitchen)
            menu = await shown(restaurants, kitchen)
            assert (revision != before) == (menu != was), step

    async def test_changes_when_a_dish_is_removed(self, restaurants: RestaurantRepository) -> None:
        kitchen = await a_kitchen(restaurants, stock=[2])
        before = await revision_of(restaurants, kitchen)
        dish = kitchen.dishes[0]
        await restaurants.remove_item(dish.restaurant_id, dish.menu_item_id)
        assert await revision_of(restaurants, kitchen) != before

    async def test_is_not_set_back_by_who_read_the_restaurant_before(
        self, restaurants: RestaurantRepository
    ) -> None:
        kitchen = await a_kitchen(restaurants, stock=[2])
        revised = await revision_of(restaurants, kitchen)
        await restaurants.update(replace(kitchen.restaurant, name="Napoli"))
        assert await revision_of(restaurants, kitchen) == revised

    async def test_lets_staff_and_orders_work_on_one_dish_at_once(
        self, restaurants: RestaurantRepository, stock: StockRepository
    ) -> None:
        """The last portion goes and comes back while staff rename it: nobody waits in a circle."""
        kitchen = await a_kitchen(restaurants, stock=[1])
        [dish] = kitchen.dishes

        async def order() -> None:
            for _ in range(15):
                command = kitchen.reserve(1, order_id=uuid4())
                with suppress(ItemUnavailable):
                    await stock.reserve(command)
                    await stock.release(ReleaseStock(order_id=command.order_id))

        async def rename() -> None:
            for number in range(40):
                [read] = await restaurants.menu(dish.restaurant_id)
                renamed = replace(read, name=f"{number}", stock=7)
                assert await restaurants.update_item(renamed, restock=False)

        await asyncio.gather(*(order() for _ in range(5)), rename())
        [after] = await restaurants.menu(dish.restaurant_id)
        assert (after.name, after.stock) == ("39", 1)

"""What a restaurant's staff hear of their own menu, all the way through Kafka."""

from typing import Any

import pytest

from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import insist
from tests.support.town import Kitchen

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestNewsForKitchens:
    async def test_are_that_an_order_took_the_last_of_a_dish_and_that_orders_are_paused(
        self, platform: Platform
    ) -> None:
        kitchen = await platform.town.open_kitchen(stock=2)
        customer = await platform.town.customer()
        order = await platform.town.order(customer, kitchen, quantity=2)
        await order.until("confirmed")
        for _ in range(2):
            await insist(lambda: kitchen.staff.post(f"/restaurants/{kitchen.restaurant_id}/pause"))

        async def news() -> dict[str, Any]:
            return await _of_the_menu(kitchen)

        told = await seen(news, lambda told: len(told) == 2)

        assert told == {
            "dish_sold_out": [order.id],
            # Asked for twice, it is one change: and about no order.
            "orders_paused": [None],
        }


async def _of_the_menu(kitchen: Kitchen) -> dict[str, list[str | None]]:
    """By type, the orders that they are about."""
    path = f"/restaurants/{kitchen.restaurant_id}/notifications"
    answer = await insist(lambda: kitchen.staff.get(path))
    told: dict[str, list[str | None]] = {}
    for each in answer.json()["items"]:
        if each["type"] != "new_order":
            told.setdefault(each["type"], []).append(each["order_id"])
    return told

"""Customers who want the same dish at once, of which there is not enough."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.platform import Platform
from tests.support.rest import Person, insist, refused
from tests.support.town import FINAL, Kitchen, Ordered

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

STOCK = 3
HUNGRY = 8


async def stock_of(kitchen: Kitchen) -> int:
    menu = await insist(lambda: kitchen.staff.get(f"/restaurants/{kitchen.restaurant_id}/menu"))
    [dish] = menu.json()["items"]
    left: int = dish["stock"]
    return left


async def ended(order: Ordered) -> dict[str, Any]:
    return await order.until("confirmed", *FINAL)


class TestRaceForTheLastDishes:
    async def test_is_won_by_as_many_as_there_are_dishes(self, platform: Platform) -> None:
        town = platform.town
        kitchen = await town.open_kitchen(stock=STOCK)
        customers = await town.customers(HUNGRY)

        async def want_one(customer: Person) -> tuple[Person, httpx.Response]:
            body = kitchen.order(quantity=1)
            return customer, await town.ask(customer, body, key=uuid4().hex)

        answers = await asyncio.gather(*(want_one(customer) for customer in customers))
        orders = [
            Ordered(id=answer.json()["id"], customer=customer, kitchen=kitchen)
            for customer, answer in answers
            if answer.status_code == 202
        ]
        for _, answer in answers:
            if answer.status_code != 202:
                refused(answer, 409, "item_unavailable")
        ends = await asyncio.gather(*(ended(order) for order in orders))
        winners = [
            order for order, end in zip(orders, ends, strict=True) if end["status"] == "confirmed"
        ]
        losers = [end for end in ends if end["status"] != "confirmed"]
        assert len(winners) == STOCK
        assert await stock_of(kitchen) == 0
        assert all(
            (end["status"], end["cancellation"]["code"]) == ("rejected", "item_unavailable")
            for end in losers
        )
        # They lost before anybody asked for their money.
        for end in losers:
            assert await platform.sandbox.entries(end["id"]) == []

        await winners[0].cancel()
        await winners[1].reject()
        assert await stock_of(kitchen) == 2
        late = await town.order(customers[0], kitchen, quantity=2)
        await late.until("confirmed")
        assert await stock_of(kitchen) == 0

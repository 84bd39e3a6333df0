"""Couriers, and the process that decides between them killed under their hands."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import Person, insist
from tests.support.town import AT_THE_KITCHENS, Ordered, Town, go_to_work

# The first of these tests also waits until the whole platform is there.
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]


async def a_rider(town: Town) -> Person:
    """Somebody who works, at the door of every kitchen."""
    rider = await town.customer()
    await go_to_work(rider, AT_THE_KITCHENS)
    return rider


async def cooking(order: Ordered) -> None:
    await order.until("confirmed")
    await order.accept()
    await insist(lambda: order.kitchen.staff.post(f"{order.path}/preparing"))
    await order.until("preparing")


async def ready(order: Ordered) -> None:
    await insist(lambda: order.kitchen.staff.post(f"{order.path}/ready"))
    await order.until("ready")


async def do(rider: Person, order: Ordered, verb: str) -> httpx.Response:
    return await insist(lambda: rider.post(f"/deliveries/{order.id}/{verb}"))


async def offers(rider: Person) -> set[str]:
    answer = await insist(lambda: rider.get("/deliveries?limit=100"))
    page: dict[str, Any] = answer.json()
    return {offer["order_id"] for offer in page["items"]}


class TestDeliveryWorkerKilled:
    async def test_while_couriers_race_gives_every_order_to_one_who_brings_it(
        self, platform: Platform
    ) -> None:
        town, kill = platform.town, platform.stack.kill
        customer, kitchen = await town.customer(), await town.open_kitchen()
        orders = [await town.order(customer, kitchen) for _ in range(3)]
        await asyncio.gather(*(cooking(order) for order in orders))
        riders = [await a_rider(town) for _ in range(4)]
        ids = {order.id for order in orders}
        await seen(lambda: offers(riders[0]), ids.issubset)

        claims = [(rider, order) for order in orders for rider in riders]
        racing = asyncio.gather(*(do(rider, order, "claim") for rider, order in claims))
        kill("delivery")
        answers = await racing
        won = {
            order.id: rider
            for (rider, order), answer in zip(claims, answers, strict=True)
            if answer.status_code == 200
        }
        assert won.keys() == ids
        assert [answer.status_code for answer in answers].count(200) == len(orders)
        lost = [answer.json()["code"] for answer in answers if answer.status_code != 200]
        assert set(lost) == {"already_claimed"}

        await asyncio.gather(*(ready(order) for order in orders))
        picking = asyncio.gather(*(do(won[order.id], order, "pick-up") for order in orders))
        kill("delivery")
        assert {answer.status_code for answer in await picking} == {200}
        for order in orders:
            assert (await do(won[order.id], order, "deliver")).status_code == 200
            delivered = await order.until("delivered")
            assert delivered["delivery"]["courier_id"] == won[order.id].id

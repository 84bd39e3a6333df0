"""Parts of the platform that are away for a while."""

import asyncio
import time

import pytest

from tests.support.platform import Platform
from tests.support.rest import Person
from tests.support.town import Kitchen, Town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

KAFKA_AWAY_SECONDS = 30
ORDERS_MEANWHILE = 20
# Placed, confirmed, accepted.
EVENTS_PER_ORDER = 3


class TestOrdersWorkerAway:
    async def test_leaves_acknowledged_orders_to_be_seen_and_to_go_on_later(
        self, platform: Platform
    ) -> None:
        town = platform.town
        customer, kitchen = await town.customer(), await town.open_kitchen()
        await platform.stack.halt("orders")
        try:
            order = await town.order(customer, kitchen)
            read = await order.read()
            timeline = await order.timeline()
        finally:
            await platform.stack.resume("orders")

        assert read["status"] == "placed"
        assert read["delivery"]["address"]["city"] == "Addis Ababa"
        assert timeline == []
        await order.until("confirmed")


class TestKafkaAway:
    async def test_holds_up_no_order_and_all_events_arrive_afterwards(
        self, platform: Platform
    ) -> None:
        town = platform.town
        customers, kitchen = await town.customers(2), await town.open_kitchen()
        await platform.stack.halt("kafka")
        try:
            back = time.monotonic() + KAFKA_AWAY_SECONDS
            lives = (_keep_ordering(town, customer, kitchen, until=back) for customer in customers)
            orders = sum(await asyncio.gather(*lives))
            unpublished = await platform.witnesses.unpublished()
        finally:
            await platform.stack.resume("kafka")

        assert orders >= ORDERS_MEANWHILE
        assert unpublished == EVENTS_PER_ORDER * orders
        # Of every order: each event under one id and in order, each person told once.
        await platform.comes_to_order()


async def _keep_ordering(town: Town, customer: Person, kitchen: Kitchen, *, until: float) -> int:
    """One order after another, each confirmed, accepted and paid. Returns how many."""
    count = 0
    while time.monotonic() < until:
        order = await town.order(customer, kitchen)
        await order.until("confirmed", seconds=10)
        await order.accept()
        await order.until_paid("captured", seconds=10)
        count += 1
    return count

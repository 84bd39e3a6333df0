"""`kill -9` at the worst moments: what was acknowledged ends as it should, and nothing is twice.

The relay between sending and marking has its own test in `tests/workers/test_pipeline.py`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import cycle, islice

import pytest

from tests.support.platform import Platform
from tests.support.polling import eventually, seen
from tests.support.rest import Person
from tests.support.town import Kitchen, Ordered, Town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

PROCESSES = ("api", "orders", "payments", "delivery", "notifications", "outbox", "events")
INTENTS = "/v1/payment_intents"
UNANSWERED = (INTENTS, f"{INTENTS}/*/capture", f"{INTENTS}/*/cancel", "/v1/refunds")


async def moved(platform: Platform, order: Ordered) -> list[str]:
    return [entry.kind for entry in await platform.sandbox.entries(order.id)]


async def given_back(order: Ordered) -> None:
    """An order waits for its refund for half a minute only: it may be full after the end."""
    await order.until("cancelled")
    await seen(order.read, lambda read: read["refund_status"] == "full", seconds=60)


class TestPaymentsWorkerKilled:
    async def test_between_the_effect_and_its_answer_moves_all_money_once(
        self, platform: Platform
    ) -> None:
        """Four orders, each at another step that Stripe has taken and not answered."""
        town, stack = platform.town, platform.stack
        customer, kitchen = await town.customer(), await town.open_kitchen()
        captured, voided, refunded = [await town.order(customer, kitchen) for _ in range(3)]
        for order in (captured, voided, refunded):
            await order.until("confirmed")
        await refunded.accept()
        await refunded.until_paid("captured")

        async with AsyncExitStack() as faults:
            for path in UNANSWERED:
                await faults.enter_async_context(platform.sandbox.swallowing_the_answer(path))
            authorized = await town.order(customer, kitchen)
            acting = asyncio.gather(captured.accept(), voided.cancel(), refunded.cancel())
            orders = (authorized, captured, voided, refunded)
            effects = [
                ["authorized"],
                ["authorized", "captured"],
                ["authorized", "voided"],
                ["authorized", "captured", "refunded"],
            ]

            async def money() -> list[list[str]]:
                return [await moved(platform, order) for order in orders]

            await seen(money, lambda moves: moves == effects)
            unaware = [(await order.read())["payment"]["status"] for order in orders]
            stack.kill("payments")
        assert unaware == ["pending", "authorized", "authorized", "captured"]

        await acting
        await authorized.until("confirmed")
        await captured.until_paid("captured")
        await voided.until("cancelled")
        await given_back(refunded)
        assert await money() == effects


# What people do with an order. Each ends where it should, or fails.


async def accepted(order: Ordered) -> None:
    await order.until("confirmed")
    await order.accept()
    await order.until_paid("captured")


async def rejected(order: Ordered) -> None:
    await order.until("confirmed")
    await order.reject()
    await order.until("rejected")


async def cancelled(order: Ordered) -> None:
    await order.until("confirmed")
    await order.cancel()
    await order.until("cancelled")


async def refunded(order: Ordered) -> None:
    await accepted(order)
    await order.cancel()
    await given_back(order)


async def declined(order: Ordered) -> None:
    await order.until("payment_failed")


Life = Callable[[Ordered], Awaitable[None]]
LIVES: tuple[Life, ...] = (accepted, cancelled, rejected, refunded, declined)


class Traffic:
    """Customers who order one after another until it is enough; `ended` counts their orders."""

    def __init__(self, town: Town, kitchen: Kitchen) -> None:
        self._town = town
        self._kitchen = kitchen
        self.enough = False
        self.ended = 0

    async def of(self, customer: Person, first: int) -> None:
        for life in islice(cycle(LIVES), first, None):
            if self.enough:
                return
            card = "pm_card_visa_chargeDeclined" if life is declined else "pm_card_visa"
            await life(await self._town.order(customer, self._kitchen, payment_method=card))
            self.ended += 1

    async def goes_on(self) -> None:
        """Returns when one more order has ended."""
        before = self.ended
        await eventually(lambda: self.ended > before, seconds=90)


class TestEveryProcessKilledOnce:
    async def test_loses_no_order_and_does_nothing_twice(self, platform: Platform) -> None:
        customers = await platform.town.customers(len(LIVES))
        traffic = Traffic(platform.town, await platform.town.open_kitchen())
        async with asyncio.TaskGroup() as group:
            for first, customer in enumerate(customers):
                group.create_task(traffic.of(customer, first))
            for process in PROCESSES:
                await traffic.goes_on()
                platform.stack.kill(process)
                await platform.stack.wait_ready(process)
            traffic.enough = True

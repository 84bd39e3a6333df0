"""One Idempotency-Key is one order: at once, later, and for ever."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from domain.orders import OrderStatus
from infra.stripe_sandbox.ledger import Movement
from tests.support.forgetting import Forgotten
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import log_in, money, refused
from tests.support.town import Kitchen, Ordered
from workflows.start import start_order

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


class TestOneKey:
    async def test_is_one_order_however_many_requests_race_and_whatever_happens_later(
        self, platform: Platform
    ) -> None:
        kitchen = await platform.town.open_kitchen()
        customer = await platform.town.customer()
        key = uuid4().hex

        async def ask(**given: Any) -> httpx.Response:
            return await platform.town.ask(customer, kitchen.order(**given), key=key)

        answers = await asyncio.gather(*(ask() for _ in range(50)))
        first = answers[0]
        assert {(answer.status_code, answer.text) for answer in answers} == {(202, first.text)}
        order = Ordered(id=first.json()["id"], customer=customer, kitchen=kitchen)
        await order.until("confirmed")
        await _has_one_workflow_and_one_charge(platform, order)

        refused(await ask(tip=money(100)), 422, "idempotency_key_reused")
        await _pause(kitchen)
        assert (await ask()).text == first.text
        await order.cancel()
        assert (await ask()).text == first.text
        refused(await ask(tip=money(100)), 422, "idempotency_key_reused")
        await _has_one_workflow_and_one_charge(platform, order)

    async def test_is_one_order_also_when_the_engine_has_forgotten_it(
        self, platform: Platform, forgotten: Forgotten
    ) -> None:
        # They ordered when the platform began: what they then logged in with lives for ten minutes.
        customer = await log_in(forgotten.order.customer.http, forgotten.order.customer.email)
        order, sandbox = replace(forgotten.order, customer=customer), platform.sandbox
        # What payments did comes through Kafka, and this last.
        timeline = await seen(order.timeline, lambda entries: "payment_voided" in str(entries))
        ledger = await sandbox.entries(order.id)
        await seen(forgotten.is_forgotten, bool, seconds=100)

        again = await platform.town.ask(order.customer, forgotten.body, key=forgotten.key)
        assert (again.status_code, again.text) == (202, forgotten.answer)
        assert await forgotten.is_forgotten()
        # A request that looked for the row before it was written starts a workflow: to no effect.
        temporal = platform.witnesses.temporal
        second = await start_order(temporal, forgotten.placed, customer_key="somebody")
        assert (await second.result()).status is OrderStatus.REJECTED
        assert await order.timeline() == timeline
        assert await sandbox.entries(order.id) == ledger


async def _has_one_workflow_and_one_charge(platform: Platform, order: Ordered) -> None:
    async def count() -> int:
        return await platform.witnesses.count(order.id)

    assert await seen(count, lambda count: count > 0) == 1
    kinds = [entry.kind for entry in await platform.sandbox.entries(order.id)]
    assert kinds.count(Movement.AUTHORIZED) == 1


async def _pause(kitchen: Kitchen) -> None:
    paused = await kitchen.staff.post(f"/restaurants/{kitchen.restaurant_id}/pause")
    assert paused.status_code == 204

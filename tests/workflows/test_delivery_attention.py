"""Food that waits or travels for too long, although every courier is heard of."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.clocks import USUAL
from domain.orders import OrderStatus
from tests.support.fakes_delivery import FakeDeliveries, delivering
from tests.support.polling import seen
from tests.support.running_delivery import begun
from workflows.policies import COURIER_SILENCE, PICK_UP_PATIENCE


@pytest.fixture
async def activities(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    async with delivering(environment) as fakes:
        yield fakes


@pytest.mark.time_skipping
class TestAttention:
    async def test_is_asked_for_where_the_way_takes_long(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        await environment.sleep(USUAL[OrderStatus.PICKED_UP] - timedelta(minutes=1))
        assert await delivery.attention() is None
        await environment.sleep(COURIER_SILENCE + timedelta(minutes=1))
        await seen(delivery.attention, lambda reason: reason == "Long on the way")
        await delivery.ask("deliver", courier_id)
        await delivery.handle.result()
        assert await delivery.attention() is None

    async def test_is_asked_for_where_ready_food_was_claimed_in_vain(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        await delivery.bring_to("assigned", uuid4())
        await delivery.ready()
        await environment.sleep(PICK_UP_PATIENCE + timedelta(minutes=1))
        await seen(delivery.attention, lambda reason: reason == "Ready, and nobody fetches it")
        await delivery.ask("claim", uuid4())
        await seen(delivery.attention, lambda reason: reason is None)

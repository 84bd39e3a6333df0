"""What time does to a delivery: rounds, silent couriers, and food that nobody brings."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.deliveries import (
    DeliveryCode,
    DeliveryState,
)
from tests.support.fakes import Gate
from tests.support.fakes_delivery import FakeDeliveries, delivering
from tests.support.polling import eventually, seen
from tests.support.running_delivery import Delivery, begun, ended_at
from workflows.policies import (
    COURIER_PATIENCE,
    COURIER_SILENCE,
    DELIVERY_DEADLINE,
    OFFER_ROUND,
    PICK_UP_PATIENCE,
)


@pytest.fixture
async def activities(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    async with delivering(environment) as fakes:
        yield fakes


@pytest.fixture
async def delivery(client: Client, activities: FakeDeliveries) -> Delivery:
    return await begun(client, activities)


@pytest.mark.time_skipping
class TestTime:
    async def test_widens_the_circle_and_then_asks_for_a_person(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities, ready_by=await environment.get_current_time())
        began = (await delivery.handle.describe()).start_time
        outcome = await delivery.handle.result()
        assert (outcome.state, outcome.courier_id) == (DeliveryState.FAILED, None)
        assert outcome.code is DeliveryCode.NO_COURIER
        offers = activities.commands("offer_delivery")
        assert [offer.radius_km for offer in offers] == [3, 6, 10, 20, 20]
        assert [offer.round for offer in offers] == [1, 2, 3, 4, 5]
        gaps = [b.expires_at - a.expires_at for a, b in pairwise(offers)]
        assert all(abs(gap - OFFER_ROUND) < timedelta(seconds=5) for gap in gaps[:3])
        assert abs(offers[-1].expires_at - began - COURIER_PATIENCE) < timedelta(seconds=5)
        assert activities.states == ["failed"]

    async def test_asks_for_a_person_after_the_last_round_until_somebody_claims(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        assert await delivery.attention() is None
        await environment.sleep(4 * OFFER_ROUND + timedelta(seconds=5))
        await seen(delivery.attention, lambda reason: reason == "No courier")
        await delivery.ask("claim", uuid4())
        await seen(delivery.attention, lambda reason: reason is None)

    async def test_asks_everybody_who_was_asked_at_once_when_it_is_released(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        await environment.sleep(5 * OFFER_ROUND)
        courier_id = uuid4()
        await delivery.ask("claim", courier_id)
        await delivery.ask("release", courier_id)
        await eventually(lambda: activities.names[-1] == "offer_delivery")
        assert activities.commands("offer_delivery")[-1].radius_km == 20
        assert await delivery.attention() is None
        await environment.sleep(OFFER_ROUND + timedelta(seconds=5))
        await seen(delivery.attention, lambda reason: reason == "No courier")

    async def test_takes_it_back_from_who_is_silent(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        silent, awake = uuid4(), uuid4()
        await delivery.bring_to("assigned", silent)
        activities.alive = False
        await environment.sleep(COURIER_SILENCE + timedelta(seconds=5))
        await eventually(lambda: "release_delivery" in activities.names)
        [released] = activities.commands("release_delivery")
        assert (released.courier_id, released.lost) == (silent, True)
        activities.alive = True
        await delivery.bring_to("delivered", awake)
        assert (await delivery.handle.result()).courier_id == awake

    async def test_does_not_take_back_what_is_released_in_the_same_moment(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        courier_id, gate = uuid4(), Gate()
        await delivery.ask("claim", courier_id)
        activities.alive = False
        activities.script["courier_last_seen"] = [gate]
        await environment.sleep(COURIER_SILENCE + timedelta(seconds=5))
        await gate.reached()
        releasing = asyncio.create_task(delivery.ask("release", courier_id))
        await seen(delivery.accepted, lambda updates: updates == 2)
        gate.open()
        assert await releasing == "offered"
        assert await delivery.ask("claim", uuid4()) == "assigned"
        assert [release.lost for release in activities.commands("release_delivery")] == [False]

    async def test_leaves_it_to_who_is_awake_while_the_kitchen_cooks(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        courier_id = uuid4()
        await delivery.bring_to("assigned", courier_id)
        await environment.sleep(PICK_UP_PATIENCE * 3)
        assert "release_delivery" not in activities.names
        await delivery.bring_to("delivered", courier_id)
        await delivery.handle.result()

    async def test_takes_it_back_from_who_does_not_come_for_the_food(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        await delivery.ask("claim", uuid4())
        await environment.sleep(timedelta(minutes=7))
        await delivery.ready()
        ready_at = await environment.get_current_time()
        await environment.sleep(PICK_UP_PATIENCE - timedelta(seconds=30))
        assert "release_delivery" not in activities.names
        await environment.sleep(timedelta(minutes=1))
        await eventually(lambda: "release_delivery" in activities.names)
        late = await environment.get_current_time() - ready_at
        assert late < PICK_UP_PATIENCE + timedelta(minutes=1)

    async def test_gives_who_claims_ready_food_the_same_time(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        await delivery.ready()
        await environment.sleep(timedelta(minutes=5))
        await delivery.ask("claim", uuid4())
        await environment.sleep(PICK_UP_PATIENCE - timedelta(seconds=30))
        assert "release_delivery" not in activities.names

    async def test_seeks_anew_for_an_hour_after_a_late_release(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        courier_id = uuid4()
        await delivery.ask("claim", courier_id)
        await environment.sleep(COURIER_PATIENCE * 2)
        await delivery.ask("release", courier_id)
        released_at = await environment.get_current_time()
        outcome = await delivery.handle.result()
        sought = await ended_at(delivery) - released_at
        assert outcome.code is DeliveryCode.NO_COURIER
        assert abs(sought - COURIER_PATIENCE) < timedelta(minutes=1)

    async def test_asks_for_a_person_while_the_courier_is_silent_with_the_food(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        activities.alive = False
        await environment.sleep(COURIER_SILENCE + timedelta(seconds=5))
        await seen(delivery.attention, lambda reason: reason == "Courier silent with the food")
        activities.alive = True
        await environment.sleep(COURIER_SILENCE + timedelta(seconds=5))
        await seen(delivery.attention, lambda reason: reason is None)
        await delivery.ask("deliver", courier_id)
        assert (await delivery.handle.result()).state is DeliveryState.DELIVERED

    @pytest.mark.parametrize("alive", [True, False])
    async def test_gives_the_courier_up_two_hours_after_the_pick_up(
        self,
        client: Client,
        activities: FakeDeliveries,
        environment: WorkflowEnvironment,
        alive: bool,
    ) -> None:
        delivery = await begun(client, activities)
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        picked_up_at = await environment.get_current_time()
        activities.alive = alive
        outcome = await delivery.handle.result()
        took = await ended_at(delivery) - picked_up_at
        assert outcome.code is DeliveryCode.COURIER_LOST
        assert (outcome.state, outcome.courier_id) == (DeliveryState.FAILED, courier_id)
        assert abs(took - DELIVERY_DEADLINE) < timedelta(minutes=1)

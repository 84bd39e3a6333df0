"""What support asks of a delivery: it is done once, or refused in a sentence."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from api.support import engine
from domain.deliveries import DeliveryCode, ExtendDelivery, ReassignCourier
from domain.desk import Right
from domain.errors import ClaimRefused
from domain.orders import Actor, Order, OrderStatus
from tests.support.builders import a_mandate
from tests.support.fakes import Gate
from tests.support.fakes_delivery import FakeDeliveries, delivering
from tests.support.ordering import an_order_in
from tests.support.pages_of_workflows import page_of
from tests.support.polling import eventually, seen
from tests.support.running_delivery import Delivery, begun, ended_at
from workflows.policies import COURIER_PATIENCE, COURIER_SILENCE, DELIVERY_DEADLINE

# It would be tried again in an hour.
AWAY = ApplicationError("The database is away.", next_retry_delay=timedelta(hours=1))
READER = a_mandate(right=Right.READ)


@pytest.fixture
async def activities(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    async with delivering(environment) as fakes:
        yield fakes


@pytest.fixture
async def delivery(client: Client, activities: FakeDeliveries) -> Delivery:
    return await begun(client, activities)


def given_to(courier_id: UUID | None) -> ReassignCourier:
    return ReassignCourier(courier_id=courier_id, mandate=a_mandate(right=Right.ACT))


class TestReassign:
    async def test_takes_it_back_and_asks_others(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        silent, next_one = uuid4(), uuid4()
        await delivery.bring_to("assigned", silent)
        assert await delivery.desk("reassign", given_to(None)) == "offered"
        [released] = activities.commands("release_delivery")
        assert (released.courier_id, released.lost) == (silent, True)
        assert await delivery.ask("claim", next_one) == "assigned"
        [note] = activities.commands("note_on_timeline")
        assert (note.event, note.actor) == ("courier_reassigned", Actor.SUPPORT)
        assert note.detail == "Support took the delivery back, and asks for another courier."

    @pytest.mark.parametrize("state", ["offered", "assigned"])
    async def test_gives_it_to_the_courier_whom_support_names(
        self, delivery: Delivery, activities: FakeDeliveries, state: str
    ) -> None:
        silent, named = uuid4(), uuid4()
        await delivery.bring_to(state, silent)
        for _ in range(2):
            assert await delivery.desk("reassign", given_to(named)) == "assigned"
        assert activities.commands("assign_courier")[-1].courier_id == named
        assert activities.states.count("offered") == (state == "assigned")
        [note] = activities.commands("note_on_timeline")
        assert note.detail == "Support gave the delivery to another courier."
        await delivery.ready()
        assert await delivery.refused("pick_up", silent) == "DeliveryNotFound"
        assert await delivery.ask("pick_up", named) == "picked_up"

    async def test_asks_others_where_the_named_courier_can_not_any_more(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        await delivery.bring_to("assigned", uuid4())
        activities.script["assign_courier"] = [ClaimRefused("They are not available.")]
        refusal = await delivery.refusal("reassign", given_to(uuid4()))
        assert refusal.type == "ClaimRefused"
        assert refusal.message == (
            "They are not available. It was taken back, and others are asked now."
        )
        assert await delivery.ask("claim", uuid4()) == "assigned"

    async def test_leaves_it_to_who_has_it_where_the_named_courier_can_not(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        has_it = uuid4()
        await delivery.bring_to("assigned", has_it)
        activities.script["check_courier"] = [ClaimRefused("They are not available.")]
        refusal = await delivery.refusal("reassign", given_to(uuid4()))
        assert (refusal.type, refusal.message) == ("ClaimRefused", "They are not available.")
        assert {"release_delivery", "note_on_timeline"}.isdisjoint(activities.names)
        await delivery.ready()
        assert await delivery.ask("pick_up", has_it) == "picked_up"

    async def test_changes_nothing_where_nobody_had_it_and_the_named_courier_can_not(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        activities.script["assign_courier"] = [ClaimRefused("They are not available.")]
        refusal = await delivery.refusal("reassign", given_to(uuid4()))
        assert refusal.message == "They are not available."
        assert "note_on_timeline" not in activities.names

    async def test_is_refused_where_nobody_has_it_and_nobody_is_named(
        self, delivery: Delivery
    ) -> None:
        refusal = await delivery.refusal("reassign", given_to(None))
        assert refusal.type == "IllegalTransition"
        assert refusal.message.endswith("name the one who is to take it.")

    async def test_is_refused_once_the_courier_has_the_food(self, delivery: Delivery) -> None:
        await delivery.bring_to("picked_up", uuid4())
        refusal = await delivery.refusal("reassign", given_to(uuid4()))
        assert refusal.type == "IllegalTransition"
        assert refusal.message == "The courier has the food: call them, or cancel."

    async def test_is_refused_once_it_is_called_off(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        gate = Gate()
        activities.script["advance_delivery"] = [gate]
        await delivery.call_off()
        await gate.reached()
        for verb, command in (
            ("reassign", given_to(uuid4())),
            ("extend_deadline", ExtendDelivery(minutes=5)),
        ):
            refusal = await delivery.refusal(verb, command)
            assert refusal.type == "IllegalTransition"
            assert refusal.message == "The order was called off: order again instead."
        gate.open()


class TestExtendDeadline:
    async def test_shows_when_it_is_given_up_now(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        before = await page_of(delivery.handle)
        await delivery.desk("extend_deadline", ExtendDelivery(minutes=5))
        after = await page_of(delivery.handle)
        assert waits(before) != waits(after)
        assert "Support gives it 5 minutes more." in after
        [note] = activities.commands("note_on_timeline")
        assert (note.event, note.actor) == ("delivery_extended", Actor.SUPPORT)

    @pytest.mark.parametrize("minutes", [0, 61])
    async def test_has_its_bounds(self, delivery: Delivery, minutes: int) -> None:
        refusal = await delivery.refusal("extend_deadline", ExtendDelivery(minutes=minutes))
        assert refusal.type == "DelayOutOfRange"

    @pytest.mark.time_skipping
    async def test_seeks_a_courier_for_longer(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        began = await environment.get_current_time()
        delivery = await begun(client, activities, ready_by=began)
        await delivery.desk("extend_deadline", ExtendDelivery(minutes=20))
        assert (await delivery.handle.result()).code is DeliveryCode.NO_COURIER
        lasted = await ended_at(delivery) - began
        assert abs(lasted - COURIER_PATIENCE - timedelta(minutes=20)) < timedelta(minutes=1)

    @pytest.mark.time_skipping
    async def test_leaves_it_with_a_silent_courier_for_longer(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        activities.alive = False
        await delivery.bring_to("assigned", uuid4())
        await delivery.desk("extend_deadline", ExtendDelivery(minutes=30))
        await environment.sleep(COURIER_SILENCE + timedelta(minutes=20))
        assert activities.states == ["assigned"]
        await environment.sleep(timedelta(minutes=15))
        await eventually(lambda: activities.states == ["assigned", "offered"])

    @pytest.mark.time_skipping
    async def test_leaves_the_food_with_its_courier_for_longer(
        self, client: Client, activities: FakeDeliveries, environment: WorkflowEnvironment
    ) -> None:
        delivery = await begun(client, activities)
        await delivery.bring_to("picked_up", uuid4())
        fetched = await environment.get_current_time()
        await delivery.desk("extend_deadline", ExtendDelivery(minutes=60))
        assert (await delivery.handle.result()).code is DeliveryCode.COURIER_LOST
        lasted = await ended_at(delivery) - fetched
        assert abs(lasted - DELIVERY_DEADLINE - timedelta(hours=1)) < timedelta(minutes=1)


class TestRetryNow:
    async def test_tries_a_failing_step_at_once(
        self, client: Client, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        courier_id = uuid4()
        activities.script["assign_courier"] = [AWAY]
        assert await engine.failing_steps_of(client, about(delivery)) == []
        claim = await delivery.begin("claim", courier_id)
        await seen(delivery.attempts, lambda attempt: attempt > 1)
        assert await engine.failing_steps_of(client, about(delivery)) == ["assign_courier"]
        assert await delivery.handle.execute_update("retry_now") == ["assign_courier"]
        assert await claim.result() == "assigned"

    async def test_says_what_is_waited_for_where_no_step_fails(self, delivery: Delivery) -> None:
        refusal = await delivery.refusal("retry_now")
        assert refusal.type == "IllegalTransition"
        assert refusal.message.startswith(
            "No step is failing. The delivery waits for a courier to claim it until "
        )


class TestEveryAction:
    async def test_needs_the_right_to_act(self, delivery: Delivery) -> None:
        for verb, command in (
            ("retry_now", READER),
            ("reassign", ReassignCourier(mandate=READER)),
            ("extend_deadline", ExtendDelivery(minutes=5, mandate=READER)),
        ):
            assert (await delivery.refusal(verb, command)).type == "RightMissing"


def about(delivery: Delivery) -> Order:
    """The order that it brings."""
    order_id = UUID(delivery.handle.id.removeprefix("delivery-"))
    return replace(an_order_in(OrderStatus.PREPARING), order_id=order_id)


def waits(page: str) -> str:
    [line] = [line for line in page.splitlines() if line.startswith("**Waits for**")]
    return line

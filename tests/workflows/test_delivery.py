"""A delivery finds its courier, is watched over, and ends one way or another."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner

from domain.deliveries import (
    DeliveryCode,
    DeliveryOutcome,
    DeliveryState,
)
from domain.errors import ClaimRefused
from tests.support.delivering import an_errand
from tests.support.fakes import Gate
from tests.support.fakes_delivery import FakeDeliveries, delivering
from tests.support.pages_of_workflows import page_of
from tests.support.parents import Abandoning, Listening
from tests.support.polling import eventually, seen
from tests.support.running_delivery import Delivery, begun
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow, workflow_id

ENDED = {
    "delivered": DeliveryCode.DELIVERED,
    "failed": DeliveryCode.DELIVERY_FAILED,
    "cancelled": DeliveryCode.CALLED_OFF,
}


@pytest.fixture
async def activities(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    async with delivering(environment) as fakes:
        yield fakes


@pytest.fixture
async def delivery(client: Client, activities: FakeDeliveries) -> Delivery:
    return await begun(client, activities)


class TestClaim:
    async def test_gives_it_to_the_first_of_many_at_once(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        rivals = [uuid4() for _ in range(8)]
        claims = (delivery.ask("claim", rival) for rival in rivals)
        answers = await asyncio.gather(*claims, return_exceptions=True)
        losers = [answer for answer in answers if isinstance(answer, WorkflowUpdateFailedError)]
        kinds = {getattr(loser.cause, "type", None) for loser in losers}
        assert (len(losers), kinds) == (7, {"AlreadyClaimed"})
        [assigned] = activities.commands("assign_courier")
        assert answers[rivals.index(assigned.courier_id)] == "assigned"

    async def test_asks_the_next_one_when_the_first_is_refused(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        activities.script["assign_courier"] = [ClaimRefused("You are not available.")]
        assert await delivery.refused("claim", uuid4()) == "ClaimRefused"
        assert await delivery.ask("claim", uuid4()) == "assigned"

    async def test_answers_again_who_has_it(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        courier_id = uuid4()
        for _ in range(2):
            assert await delivery.ask("claim", courier_id) == "assigned"
        assert activities.states == ["assigned"]

    async def test_is_written_down_also_when_the_first_try_is_lost(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        activities.script["assign_courier"] = [OSError("Connection reset.")]
        assert await delivery.ask("claim", uuid4()) == "assigned"


class TestRelease:
    async def test_offers_it_again_to_everybody(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        first, second = uuid4(), uuid4()
        await delivery.bring_to("assigned", first)
        assert await delivery.ask("release", first) == "offered"
        await eventually(lambda: activities.names[-1] == "offer_delivery")
        assert await delivery.ask("claim", second) == "assigned"
        assert await delivery.refused("claim", first) == "AlreadyClaimed"
        assert [c.assignment for c in activities.commands("assign_courier")] == [1, 2]
        [released] = activities.commands("release_delivery")
        assert not released.lost

    async def test_answers_again_who_gave_it_back(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        courier_id = uuid4()
        await delivery.bring_to("assigned", courier_id)
        for _ in range(2):
            assert await delivery.ask("release", courier_id) == "offered"
        assert activities.names.count("release_delivery") == 1

    async def test_is_refused_with_the_food_in_the_bag(self, delivery: Delivery) -> None:
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        assert await delivery.refused("release", courier_id) == "IllegalTransition"


class TestPickUp:
    async def test_waits_for_the_kitchen(self, delivery: Delivery) -> None:
        courier_id = uuid4()
        await delivery.bring_to("assigned", courier_id)
        assert await delivery.refused("pick_up", courier_id) == "IllegalTransition"
        await delivery.ready()
        for _ in range(2):
            assert await delivery.ask("pick_up", courier_id) == "picked_up"

    async def test_comes_just_before_the_kitchens_word(
        self, environment: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Each run in a sandbox would have the real one, for which a test may be too slow.
        monkeypatch.setattr("workflows.delivery.READY_NEWS", timedelta(seconds=30))
        async with delivering(environment, runner=UnsandboxedWorkflowRunner()) as activities:
            delivery, courier_id = await begun(environment.client, activities), uuid4()
            await delivery.bring_to("assigned", courier_id)
            picking_up = asyncio.create_task(delivery.ask("pick_up", courier_id))
            await seen(delivery.accepted, lambda updates: updates == 2)
            await delivery.ready()
            assert await picking_up == "picked_up"


class TestTheEnd:
    @pytest.mark.parametrize("state", ["delivered", "failed"])
    async def test_is_the_outcome_with_the_courier(
        self, delivery: Delivery, activities: FakeDeliveries, state: str
    ) -> None:
        courier_id = uuid4()
        await delivery.bring_to(state, courier_id)
        outcome = await delivery.handle.result()
        assert (outcome.state, outcome.courier_id) == (DeliveryState(state), courier_id)
        assert outcome.code is ENDED[state]
        assert activities.states == ["assigned", "picked_up", state]

    async def test_comes_also_before_the_pick_up(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        courier_id = uuid4()
        await delivery.bring_to("assigned", courier_id)
        assert await delivery.ask("fail", courier_id) == "failed"
        assert (await delivery.handle.result()).code is DeliveryCode.DELIVERY_FAILED
        assert activities.states == ["assigned", "failed"]

    async def test_carries_the_id_of_what_the_courier_wrote(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        courier_id, remark_id = uuid4(), uuid4()
        await delivery.bring_to("picked_up", courier_id)
        await delivery.ask("fail", courier_id, remark_id=remark_id)
        assert activities.commands("advance_delivery")[-1].remark_id == remark_id

    @pytest.mark.parametrize("state", ["offered", "assigned", "picked_up"])
    @pytest.mark.parametrize("by_engine", [False, True])
    async def test_comes_whenever_it_is_called_off(
        self, delivery: Delivery, activities: FakeDeliveries, state: str, by_engine: bool
    ) -> None:
        courier_id = uuid4()
        await delivery.bring_to(state, courier_id)
        await (delivery.handle.cancel() if by_engine else delivery.call_off())
        outcome = await delivery.handle.result()
        assert outcome.state is DeliveryState.CANCELLED
        assert outcome.courier_id == (None if state == "offered" else courier_id)
        code = DeliveryCode.CANCELLED_IN_ENGINE if by_engine else DeliveryCode.CALLED_OFF
        assert outcome.code is code
        assert activities.states[-1] == "cancelled"

    @pytest.mark.parametrize(
        ("step", "state"),
        [
            ("offer_delivery", "offered"),
            ("assign_courier", "assigned"),
            ("advance_delivery", "picked_up"),
        ],
    )
    async def test_comes_after_the_step_that_was_under_way(
        self, client: Client, activities: FakeDeliveries, step: str, state: str
    ) -> None:
        gate = Gate()
        activities.script[step] = [gate]
        errand = an_errand()
        handle = await client.start_workflow(
            DeliveryWorkflow.run, errand, id=workflow_id(errand.order_id), task_queue=TASK_QUEUE
        )
        delivery = Delivery(handle)
        asking = asyncio.create_task(delivery.bring_to(state, uuid4()))
        await gate.reached()
        await handle.cancel()
        gate.open()
        assert (await handle.result()).state is DeliveryState.CANCELLED
        await asking
        assert activities.names.count("advance_delivery") == (2 if state == "picked_up" else 1)

    async def test_lets_nobody_begin_once_it_is_called_off(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        gate = Gate()
        activities.script["advance_delivery"] = [gate]
        await delivery.call_off()
        await gate.reached()
        assert await delivery.refused("claim", uuid4()) == "IllegalTransition"
        gate.open()
        assert (await delivery.handle.result()).courier_id is None

    async def test_stands_also_when_it_is_called_off_in_that_moment(
        self, delivery: Delivery, activities: FakeDeliveries
    ) -> None:
        """A task that ends the workflow is done anew where a signal came meanwhile."""
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        activities.script["advance_delivery"] = [delivery.call_off]
        assert await delivery.ask("deliver", courier_id) == "delivered"
        assert (await delivery.handle.result()).code is DeliveryCode.DELIVERED
        assert activities.states[-1:] == ["delivered"]


class TestStrangers:
    @pytest.mark.parametrize("verb", ["release", "pick_up", "deliver", "fail"])
    @pytest.mark.parametrize("state", ["offered", "assigned", "picked_up"])
    async def test_have_no_such_delivery(self, delivery: Delivery, verb: str, state: str) -> None:
        await delivery.bring_to(state, uuid4())
        assert await delivery.refused(verb, uuid4()) == "DeliveryNotFound"


class TestTheOrder:
    async def test_hears_of_every_courier(self, client: Client, activities: FakeDeliveries) -> None:
        errand = an_errand()
        order = await client.start_workflow(
            Listening.run, errand, id=f"order-{errand.order_id}", task_queue=TASK_QUEUE
        )
        await eventually(lambda: activities.has_offered(errand.order_id))
        delivery = Delivery(
            client.get_workflow_handle(workflow_id(errand.order_id), result_type=DeliveryOutcome)
        )
        first, second = uuid4(), uuid4()
        await delivery.ask("claim", first)
        await delivery.ask("release", first)
        await delivery.bring_to("delivered", second)
        outcome = await order.result()
        assert (outcome.order_id, outcome.courier_id) == (errand.order_id, second)
        heard = await order.query(Listening.heard)
        assert [(moved.state.value, moved.courier_id) for moved in heard] == [
            ("assigned", first),
            ("offered", None),
            ("assigned", second),
            ("picked_up", second),
        ]
        assert [moved.at for moved in heard] == sorted(moved.at for moved in heard)

    async def test_may_be_gone_without_stopping_the_courier(
        self, client: Client, activities: FakeDeliveries
    ) -> None:
        errand = an_errand()
        order = await client.start_workflow(
            Abandoning.run, errand, id=f"order-{errand.order_id}", task_queue=TASK_QUEUE
        )
        await order.result()
        await eventually(lambda: activities.has_offered(errand.order_id))
        delivery = Delivery(
            client.get_workflow_handle(workflow_id(errand.order_id), result_type=DeliveryOutcome)
        )
        await delivery.bring_to("delivered", uuid4())
        assert (await delivery.handle.result()).state is DeliveryState.DELIVERED


class TestThePage:
    async def test_says_where_the_food_is(self, delivery: Delivery) -> None:
        courier_id = uuid4()
        await delivery.bring_to("picked_up", courier_id)
        text = await page_of(delivery.handle)
        assert text.startswith("## PICKED UP\n\nThe courier is on the way to the customer.")
        assert f"`{courier_id}`" in text
        assert "ready since" in text
        assert "2.00 USD" in text
        assert "**Waits for** the courier to arrive until " in text
        assert "**You can now** call the courier · give more time · cancel the order" in text
        assert len(text) <= 2_000

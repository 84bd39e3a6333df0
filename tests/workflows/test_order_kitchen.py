"""The kitchen's part of an order: its answer, its delays, what ran out, and how late it may be."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateStage
from temporalio.testing import WorkflowEnvironment

from domain.deliveries import CourierMoved, DeliveryState
from domain.orders import Actor, IfUnavailable, OrderStatus
from domain.pricing import without
from domain.progress import AcceptOrder, CancelOrder, DelayOrder, RejectOrder
from tests.support.builders import a_line
from tests.support.fakes import FakeActivities, Gate
from tests.support.insisting import insist
from tests.support.polling import seen
from tests.support.under_way import Order
from workflows.order import OrderWorkflow
from workflows.policies import KITCHEN_DEADLINE, READY_GRACE

VOID = ["void_payment", "release_stock"]
REFUND = ["refund_payment", "release_stock"]


class TestDecision:
    async def test_promises_the_food_for_when_the_kitchen_said(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        order = await Order.confirmed(client, activities)
        before = await environment.get_current_time()
        await order.handle.execute_update(OrderWorkflow.accept, AcceptOrder(preparation_minutes=35))
        promised = activities.last("advance_order").ready_by - before
        assert timedelta(minutes=35) <= promised < timedelta(minutes=36)

    async def test_promises_the_restaurants_usual_time_where_it_said_none(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        before = await environment.get_current_time()
        order = await Order.start(client, activities, auto_accept=True, preparation_minutes=15)
        await order.until(OrderStatus.ACCEPTED)
        promised = activities.commands("advance_order")[2].ready_by - before
        assert timedelta(minutes=15) <= promised < timedelta(minutes=16)

    async def test_hears_that_a_cancellation_was_quicker_than_its_acceptance(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["deliver_notifications"] = [gate]
        order = await Order.start(client, activities)
        await gate.reached()
        acceptance = await order.handle.start_update(
            OrderWorkflow.accept, AcceptOrder(), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await order.cancel()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await acceptance.result()
        gate.open()
        assert getattr(refused.value.cause, "type", "") == "IllegalTransition"
        assert (await order.handle.result()).status is OrderStatus.CANCELLED

    async def test_that_is_no_voids(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        status = await order.handle.execute_update(OrderWorkflow.reject, RejectOrder())
        assert status is OrderStatus.REJECTED
        assert activities.undos == VOID
        assert activities.last("advance_order").cancellation.by is Actor.RESTAURANT

    @pytest.mark.time_skipping
    async def test_that_never_comes_rejects(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        began = await environment.get_current_time()
        order = await Order.start(client, activities, acceptance_minutes=10)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.REJECTED
        assert activities.last("advance_order").cancellation.code == "restaurant_did_not_answer"
        assert activities.undos == VOID
        assert await environment.get_current_time() - began >= timedelta(minutes=10)

    async def test_twice_has_one_effect(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.accepted(client, activities)
        again = await order.handle.execute_update(OrderWorkflow.accept, AcceptOrder())
        assert again is OrderStatus.ACCEPTED
        assert activities.statuses.count("accepted") == 1

    @pytest.mark.parametrize(
        ("update", "command"),
        [
            (OrderWorkflow.accept, [AcceptOrder()]),
            (OrderWorkflow.reject, [RejectOrder()]),
            (OrderWorkflow.delay, [DelayOrder(minutes=5)]),
            (OrderWorkflow.start_preparing, []),
            (OrderWorkflow.mark_ready, []),
        ],
    )
    async def test_can_not_come_before_the_order_is_confirmed(
        self, client: Client, activities: FakeActivities, update: Any, command: list[Any]
    ) -> None:
        gate = Gate()
        activities.script["authorize_payment"] = [gate]
        order = await Order.start(client, activities)
        await gate.reached()
        assert await order.refuses(update, *command) == "IllegalTransition"
        gate.open()

    async def test_can_not_be_taken_back(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.accepted(client, activities)
        assert await order.refuses(OrderWorkflow.reject, RejectOrder()) == "IllegalTransition"


def _of_the_saga(activities: FakeActivities) -> list[str]:
    """People are told meanwhile, on a queue of its own: nobody waits for that."""
    return [name for name in activities.names if name != "deliver_notifications"]


class TestWhatRanOut:
    GONE, LEFT = a_line(name="Burrata"), a_line(name="Margherita")

    async def test_is_dropped_where_the_customer_wished_so(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(
            client,
            activities,
            lines=[self.GONE, self.LEFT],
            if_unavailable=IfUnavailable.DROP,
        )
        answer = AcceptOrder(unavailable_item_ids=[self.GONE.menu_item_id])
        status = await order.handle.execute_update(OrderWorkflow.accept, answer)
        await order.paid()
        revision = without({self.GONE.menu_item_id}, order.order.lines, order.order.quote)
        assert status is OrderStatus.ACCEPTED
        assert activities.last("withdraw_items").menu_item_ids == [self.GONE.menu_item_id]
        assert activities.last("advance_order").revision == revision
        assert activities.last("capture_payment").amount == revision.quote.total
        assert activities.undos == []

    @pytest.mark.parametrize(
        ("wish", "gone"),
        [
            (IfUnavailable.REJECT, [GONE]),
            # There is nothing left to cook.
            (IfUnavailable.DROP, [GONE, LEFT]),
        ],
    )
    async def test_ends_the_order_where_that_is_left(
        self, client: Client, activities: FakeActivities, wish: IfUnavailable, gone: list[Any]
    ) -> None:
        order = await Order.confirmed(
            client, activities, lines=[self.GONE, self.LEFT], if_unavailable=wish
        )
        answer = AcceptOrder(unavailable_item_ids=[line.menu_item_id for line in gone])
        status = await order.handle.execute_update(OrderWorkflow.accept, answer)
        assert status is OrderStatus.REJECTED
        assert activities.last("advance_order").cancellation.code == "items_unavailable"
        # Withdrawn first: what ran out is not put back.
        assert _of_the_saga(activities)[-4:] == [
            "withdraw_items",
            "void_payment",
            "release_stock",
            "advance_order",
        ]

    async def test_leaves_the_menu_also_when_the_kitchen_rejects(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities, lines=[self.GONE, self.LEFT])
        answer = RejectOrder(unavailable_item_ids=[self.GONE.menu_item_id])
        await order.handle.execute_update(OrderWorkflow.reject, answer)
        assert _of_the_saga(activities)[-4:] == [
            "withdraw_items",
            "void_payment",
            "release_stock",
            "advance_order",
        ]

    async def test_has_to_be_of_the_order(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.confirmed(client, activities)
        answers = [
            (OrderWorkflow.accept, AcceptOrder(unavailable_item_ids=[uuid4()])),
            (OrderWorkflow.reject, RejectOrder(unavailable_item_ids=[uuid4()])),
        ]
        for update, answer in answers:
            assert await order.refuses(update, answer) == "ItemNotInOrder"


class TestDelay:
    @pytest.mark.time_skipping
    async def test_of_the_answer_gives_the_kitchen_that_much_longer(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        began = await environment.get_current_time()
        order = await Order.confirmed(client, activities, acceptance_minutes=10)
        for minutes in (20, 30):
            await insist(order.handle, OrderWorkflow.delay, DelayOrder(minutes=minutes))
        outcome = await order.handle.result()
        assert outcome.message == "The restaurant did not answer in time."
        assert await environment.get_current_time() - began >= timedelta(minutes=60)
        delays = activities.commands("record_delay")
        assert [(delay.minutes, delay.ready_by) for delay in delays] == [(20, None), (30, None)]
        assert len({delay.key for delay in delays}) == 2

    async def test_of_the_food_moves_the_promise(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        promised = activities.last("advance_order").ready_by
        for minutes in (10, 5):
            await order.handle.execute_update(OrderWorkflow.delay, DelayOrder(minutes=minutes))
            promised += timedelta(minutes=minutes)
            assert activities.last("record_delay").ready_by == promised

    @pytest.mark.parametrize("minutes", [0, 61])
    async def test_has_its_bounds(
        self, client: Client, activities: FakeActivities, minutes: int
    ) -> None:
        order = await Order.confirmed(client, activities)
        refusal = await order.refuses(OrderWorkflow.delay, DelayOrder(minutes=minutes))
        assert refusal == "DelayOutOfRange"

    async def test_is_refused_once_the_food_is_ready(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.ready(client, activities)
        refusal = await order.refuses(OrderWorkflow.delay, DelayOrder(minutes=5))
        assert refusal == "IllegalTransition"

    async def test_counts_also_when_the_kitchen_is_done_before_it_is_written_down(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        # While a local try runs, updates wait: so it is the one on the queue that is held.
        gate = Gate()
        activities.script["record_courier"] = [OSError("Connection reset."), gate]
        move = CourierMoved(
            order_id=order.order.order_id,
            state=DeliveryState.ASSIGNED,
            courier_id=uuid4(),
            at=datetime.now(UTC),
        )
        await order.handle.signal(OrderWorkflow.courier_moved, move)
        await gate.reached()
        accepted = WorkflowUpdateStage.ACCEPTED
        delay = await order.handle.start_update(
            OrderWorkflow.delay, DelayOrder(minutes=5), wait_for_stage=accepted
        )
        await order.handle.start_update(OrderWorkflow.mark_ready, wait_for_stage=accepted)
        gate.open()
        await delay.result()
        await order.until(OrderStatus.READY)
        assert activities.last("record_delay").minutes == 5


class TestCooking:
    async def test_has_its_order(self, client: Client, activities: FakeActivities) -> None:
        order = await Order.accepted(client, activities)
        assert await order.refuses(OrderWorkflow.mark_ready) == "IllegalTransition"
        await order.handle.execute_update(OrderWorkflow.start_preparing)
        await order.handle.execute_update(OrderWorkflow.mark_ready)
        assert await order.refuses(OrderWorkflow.start_preparing) == "IllegalTransition"

    async def test_said_twice_has_one_effect(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.accepted(client, activities)
        for update in (OrderWorkflow.start_preparing, OrderWorkflow.mark_ready):
            statuses = [await order.handle.execute_update(update) for _ in range(2)]
            assert statuses[0] is statuses[1]
        assert activities.statuses[-2:] == ["preparing", "ready"]

    async def test_keeps_the_customer_from_cancelling(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        refusal = await order.refuses(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
        assert refusal == "TooLateToCancel"

    @pytest.mark.time_skipping
    async def test_that_is_late_asks_for_a_person_until_it_is_done(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities, preparation_minutes=20)
        await environment.sleep(timedelta(minutes=20) + READY_GRACE + timedelta(minutes=1))
        await eventually_sees(order, "Kitchen late")
        await insist(order.handle, OrderWorkflow.delay, DelayOrder(minutes=60))
        await eventually_sees(order, None)
        await environment.sleep(timedelta(minutes=60))
        await eventually_sees(order, "Kitchen late")
        await insist(order.handle, OrderWorkflow.mark_ready)
        await eventually_sees(order, None)

    @pytest.mark.time_skipping
    @pytest.mark.parametrize("begins", [False, True])
    async def test_that_never_ends_gives_the_money_back(
        self,
        client: Client,
        environment: WorkflowEnvironment,
        activities: FakeActivities,
        *,
        begins: bool,
    ) -> None:
        began = await environment.get_current_time()
        order = await (Order.preparing if begins else Order.accepted)(client, activities)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.last("advance_order").cancellation.code == "kitchen_never_ready"
        assert activities.undos == REFUND
        assert "settle_payment" not in activities.names
        assert await environment.get_current_time() - began >= KITCHEN_DEADLINE
        assert await order.attention() is None


async def eventually_sees(order: Order, reason: str | None) -> None:
    async def shown() -> bool:
        return await order.attention() == reason

    await seen(shown, lambda found: found)

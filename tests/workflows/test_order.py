"""The order's saga: its path, and the exact undo of every way off it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from domain.errors import (
    AuthorizationLost,
    CaptureFailed,
    DuplicateOrder,
    IllegalTransition,
    ItemUnavailable,
    KitchenFull,
    PaymentDeclined,
    RestaurantClosed,
)
from domain.orders import (
    AcceptOrder,
    Actor,
    CancelOrder,
    OrderOutcome,
    OrderStatus,
    RejectOrder,
)
from domain.payments import Owed, RefundStatus
from tests.support.builders import an_order
from tests.support.fakes import USED_UP, Effect, FakeActivities, Gate, fine
from tests.support.polling import eventually
from workflows.order import OrderWorkflow
from workflows.refund import workflow_id as refund_workflow_id
from workflows.start import start_order

Handle = WorkflowHandle[OrderWorkflow, OrderOutcome]

RELEASE = ["release_stock"]
VOID = ["void_payment", "release_stock"]
REFUND = ["refund_payment", "release_stock"]

# No step of ours is refused by the row; one that were would be a bug, and be undone all the same.
BROKEN = IllegalTransition("It can't.")


async def start(client: Client, **given: Any) -> Handle:
    return await start_order(client, an_order(**given), customer_key="k")


async def until(activities: FakeActivities, status: OrderStatus) -> None:
    """Wait until the order's row says so."""
    await eventually(lambda: status.value in activities.statuses)


async def accepted(client: Client, activities: FakeActivities) -> Handle:
    handle = await start(client)
    await until(activities, OrderStatus.CONFIRMED)
    await handle.execute_update(OrderWorkflow.accept, AcceptOrder())
    return handle


async def cancel(handle: Handle, how: str) -> None:
    """As the customer does, or as somebody who presses the button in the Temporal UI."""
    if how == "engine":
        await handle.cancel()
    else:
        await handle.start_update(
            OrderWorkflow.cancel,
            CancelOrder(by=Actor.CUSTOMER),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )


class TestHappyPath:
    async def test_reserves_pays_confirms_and_takes_the_money_when_the_kitchen_accepts(
        self, client: Client, activities: FakeActivities
    ) -> None:
        await accepted(client, activities)
        await eventually(lambda: activities.done[-1][0] == "record_payment")
        assert [name for name, _ in activities.done] == [
            "record_order",
            "reserve_stock",
            "advance_order",
            "authorize_payment",
            "advance_order",
            "deliver_notifications",
            "advance_order",
            "capture_payment",
            "record_payment",
        ]
        assert activities.statuses == ["reserved", "confirmed", "accepted"]

    async def test_needs_nobody_where_the_restaurant_accepts_by_itself(
        self, client: Client, activities: FakeActivities
    ) -> None:
        await start(client, auto_accept=True)
        await until(activities, OrderStatus.ACCEPTED)
        assert activities.last("advance_order").actor is Actor.SYSTEM

    @pytest.mark.time_skipping
    async def test_gives_the_money_back_when_the_food_never_comes(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await start(client, auto_accept=True)
        outcome = await handle.result()
        assert (outcome.status, outcome.refund_status) == (
            OrderStatus.CANCELLED,
            RefundStatus.FULL,
        )
        assert activities.undos == REFUND


class TestFailureOfAStep:
    """What is undone, in order, when a step fails for good."""

    @pytest.mark.parametrize(
        ("step", "effects", "status", "undone"),
        [
            ("record_order", [DuplicateOrder("Another.")], OrderStatus.REJECTED, []),
            ("reserve_stock", [ItemUnavailable("None.")], OrderStatus.REJECTED, RELEASE),
            ("reserve_stock", [RestaurantClosed("Shut.")], OrderStatus.REJECTED, RELEASE),
            ("reserve_stock", [KitchenFull("Busy.")], OrderStatus.REJECTED, RELEASE),
            ("advance_order", [BROKEN], OrderStatus.REJECTED, RELEASE),
            ("authorize_payment", [PaymentDeclined("No.")], OrderStatus.PAYMENT_FAILED, VOID),
            ("advance_order", [fine, BROKEN], OrderStatus.CANCELLED, VOID),
            ("advance_order", [fine, fine, BROKEN], OrderStatus.REJECTED, VOID),
            ("capture_payment", [CaptureFailed("No.")], OrderStatus.PAYMENT_FAILED, REFUND),
            ("capture_payment", [AuthorizationLost("No.")], OrderStatus.PAYMENT_FAILED, REFUND),
            ("record_payment", [BROKEN], OrderStatus.CANCELLED, REFUND),
        ],
    )
    async def test_undoes_exactly_what_was_begun(
        self,
        client: Client,
        activities: FakeActivities,
        step: str,
        effects: list[Effect],
        status: OrderStatus,
        undone: list[str],
    ) -> None:
        activities.script[step] = [*effects]
        outcome = await (await start(client, auto_accept=True)).result()
        assert (outcome.status, outcome.message) == (status, str(effects[-1]))
        assert activities.undos == undone

    async def test_leaves_the_row_alone_where_it_is_another_runs(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["record_order"] = [DuplicateOrder("Another run.")]
        await (await start(client)).result()
        assert activities.done == []

    async def test_tells_the_customer_why_the_bank_declined(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("The card has expired.")]
        await (await start(client)).result()
        cancellation = activities.last("advance_order").cancellation
        assert (cancellation.code, cancellation.reason) == (
            "payment_declined",
            "The card has expired.",
        )

    @pytest.mark.parametrize(
        "step",
        [
            "record_order",
            "reserve_stock",
            "advance_order",
            "authorize_payment",
            "deliver_notifications",
            "capture_payment",
            "record_payment",
        ],
    )
    async def test_goes_on_after_weather(
        self, client: Client, activities: FakeActivities, step: str
    ) -> None:
        activities.script[step] = [OSError("Connection reset."), OSError("Again.")]
        await start(client, auto_accept=True)
        await eventually(lambda: activities.done and activities.done[-1][0] == "record_payment")
        assert activities.undos == []

    async def test_ends_without_charge_when_the_payment_service_stays_away(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [USED_UP]
        outcome = await (await start(client)).result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.last("advance_order").cancellation.code == "payment_unavailable"
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_goes_on_where_nobody_could_be_told(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["deliver_notifications"] = [USED_UP]
        handle = await start(client)
        async with asyncio.timeout(20):
            outcome = await handle.result()
        assert outcome.message == "The restaurant did not answer in time."


class TestKitchen:
    async def test_hears_that_a_cancellation_was_quicker_than_its_acceptance(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["deliver_notifications"] = [gate]
        handle = await start(client)
        await gate.reached()
        acceptance = await handle.start_update(
            OrderWorkflow.accept, AcceptOrder(), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await cancel(handle, "update")
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await acceptance.result()
        gate.open()
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == "IllegalTransition"
        assert (await handle.result()).status is OrderStatus.CANCELLED

    async def test_rejects_and_voids(self, client: Client, activities: FakeActivities) -> None:
        handle = await start(client)
        await until(activities, OrderStatus.CONFIRMED)
        status = await handle.execute_update(OrderWorkflow.reject, RejectOrder())
        assert status is OrderStatus.REJECTED
        assert activities.undos == VOID
        assert activities.last("advance_order").cancellation.by is Actor.RESTAURANT

    @pytest.mark.time_skipping
    async def test_that_never_answers_rejects(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        began = await environment.get_current_time()
        outcome = await (await start(client, acceptance_minutes=10)).result()
        assert outcome.status is OrderStatus.REJECTED
        assert activities.last("advance_order").cancellation.code == "restaurant_did_not_answer"
        assert activities.undos == VOID
        assert await environment.get_current_time() - began >= timedelta(minutes=10)

    async def test_accepts_twice_with_one_effect(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await accepted(client, activities)
        again = await handle.execute_update(OrderWorkflow.accept, AcceptOrder())
        assert again is OrderStatus.ACCEPTED
        assert activities.statuses.count("accepted") == 1

    @pytest.mark.parametrize(
        ("update", "command", "refusal"),
        [
            (OrderWorkflow.accept, AcceptOrder(), "IllegalTransition"),
            (OrderWorkflow.reject, RejectOrder(), "IllegalTransition"),
        ],
    )
    async def test_can_not_decide_before_the_order_is_confirmed(
        self,
        client: Client,
        activities: FakeActivities,
        update: Any,
        command: Any,
        refusal: str,
    ) -> None:
        gate = Gate()
        activities.script["authorize_payment"] = [gate]
        handle = await start(client)
        await gate.reached()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(update, command)
        gate.open()
        cause = refused.value.cause
        assert isinstance(cause, ApplicationError)
        assert cause.type == refusal

    async def test_can_not_reject_what_it_accepted(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await accepted(client, activities)
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(OrderWorkflow.reject, RejectOrder())


# An update waits while a local activity runs, so what is cancelled is always on a queue: there the
# local try has failed.
LOCAL_TRY = OSError("Connection reset.")
STEPS = [
    ("record_order", [LOCAL_TRY], []),
    ("reserve_stock", [LOCAL_TRY], RELEASE),
    ("advance_order", [LOCAL_TRY], RELEASE),
    ("authorize_payment", [], VOID),
    ("advance_order", [fine, LOCAL_TRY], VOID),
    ("deliver_notifications", [], VOID),
    ("advance_order", [fine, fine, LOCAL_TRY], VOID),
    ("capture_payment", [], REFUND),
    ("record_payment", [LOCAL_TRY], REFUND),
]
# What is written on the order's row is awaited, unless the engine cuts it off; what can be undone
# is not awaited.
AWAITED = {"record_order", "advance_order", "record_payment"}


class TestCancellation:
    """What is undone, in order, when the order is cancelled during a step."""

    @pytest.mark.parametrize("how", ["update", "engine"])
    @pytest.mark.parametrize(("step", "before", "undone"), STEPS)
    async def test_undoes_exactly_what_was_begun(
        self,
        client: Client,
        activities: FakeActivities,
        step: str,
        before: list[Effect],
        undone: list[str],
        how: str,
    ) -> None:
        gate = Gate()
        activities.script[step] = [*before, gate]
        handle = await start(client, auto_accept=True)
        await gate.reached()
        await cancel(handle, how)
        if step in AWAITED and how == "update":
            gate.open()
        outcome = await handle.result()
        gate.open()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.undos == undone
        assert activities.statuses[-1] == "cancelled"
        code = activities.last("advance_order").cancellation.code
        assert code == {"update": "cancelled_by_customer", "engine": "cancelled_in_engine"}[how]

    async def test_while_the_kitchen_thinks_voids(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await start(client)
        await until(activities, OrderStatus.CONFIRMED)
        await handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
        assert activities.undos == VOID

    @pytest.mark.parametrize("how", ["update", "engine"])
    async def test_after_the_capture_refunds(
        self, client: Client, activities: FakeActivities, how: str
    ) -> None:
        handle = await accepted(client, activities)
        await eventually(lambda: activities.done[-1][0] == "record_payment")
        await cancel(handle, how)
        outcome = await handle.result()
        assert activities.undos == REFUND
        assert outcome.refund_status is RefundStatus.FULL

    async def test_twice_has_one_effect(self, client: Client, activities: FakeActivities) -> None:
        handle = await start(client)
        await until(activities, OrderStatus.CONFIRMED)
        gate = Gate()
        activities.script["void_payment"] = [gate]
        cancels = [
            asyncio.create_task(
                handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
            )
            for _ in range(2)
        ]
        await gate.reached()
        # The engine's cancel must not interrupt an undo that is under way.
        await handle.cancel()
        gate.open()
        assert await asyncio.gather(*cancels) == [OrderStatus.CANCELLED] * 2
        assert activities.undos == VOID
        assert (await handle.result()).status is OrderStatus.CANCELLED

    async def test_is_refused_when_the_restaurant_has_rejected(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await start(client)
        await until(activities, OrderStatus.CONFIRMED)
        gate = Gate()
        activities.script["void_payment"] = [gate]
        await handle.start_update(
            OrderWorkflow.reject, RejectOrder(), wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await gate.reached()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
        gate.open()
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == "TooLateToCancel"


class TestUndo:
    @pytest.mark.parametrize("undo", ["release_stock", "void_payment"])
    async def test_is_tried_again_until_it_works(
        self, client: Client, activities: FakeActivities, undo: str
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("No.")]
        activities.script[undo] = [OSError("Away."), OSError("Still away.")]
        await (await start(client)).result()
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_hands_a_void_that_keeps_failing_to_a_refund_workflow(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["authorize_payment"] = [PaymentDeclined("No.")]
        activities.script["void_payment"] = [USED_UP]
        outcome = await (await start(client)).result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.undos == VOID

    async def test_ends_the_order_also_when_somebody_terminates_its_refund(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await accepted(client, activities)
        await eventually(lambda: activities.done[-1][0] == "record_payment")
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        await cancel(handle, "update")
        await gate.reached()
        order_id = activities.last("record_payment").order_id
        refund = client.get_workflow_handle(refund_workflow_id(order_id, Owed.CAPTURED))
        await refund.terminate()
        outcome = await handle.result()
        gate.open()
        assert (outcome.status, outcome.refund_status) == (
            OrderStatus.CANCELLED,
            RefundStatus.PENDING,
        )

    @pytest.mark.time_skipping
    async def test_ends_the_order_while_its_refund_goes_on(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await accepted(client, activities)
        await eventually(lambda: activities.done[-1][0] == "record_payment")
        activities.script["refund_payment"] = [USED_UP]
        await cancel(handle, "update")
        outcome = await handle.result()
        assert outcome.refund_status is RefundStatus.PENDING
        assert activities.undos == ["release_stock"]
        assert activities.last("advance_order").payment is None
        assert activities.last("advance_order").refund_status is RefundStatus.PENDING

"""The money of an order: the customer's bank, holds that lapse, and what was taken at once."""

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateStage
from temporalio.testing import WorkflowEnvironment

from domain.errors import AuthorizationLost, CaptureFailed, PaymentDeclined
from domain.orders import IfUnavailable, OrderStatus
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import AcceptOrder
from domain.refunds import RefundReason
from tests.support.builders import a_line, a_quote, usd
from tests.support.fakes import USED_UP, FakeActivities, Gate, fine
from tests.support.polling import eventually
from tests.support.under_way import Order
from workflows.order import OrderWorkflow
from workflows.policies import AUTHENTICATION_DEADLINE

ASKED = PaymentStatus.REQUIRES_ACTION
VOID = ["void_payment", "release_stock"]
REFUND = ["refund_payment", "release_stock"]


async def asked(client: Client, activities: FakeActivities, *answers: PaymentStatus) -> Order:
    """An order whose customer has to confirm the payment; then the bank answers so."""
    activities.answers = [ASKED, *answers]
    order = await Order.start(client, activities)
    return await order.until(OrderStatus.PAYMENT_ACTION_REQUIRED)


class TestAuthentication:
    async def test_goes_on_when_a_webhook_says_that_there_is_something_to_see(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await asked(client, activities, ASKED)
        await order.handle.signal(OrderWorkflow.payment_changed)
        await eventually(lambda: activities.names.count("check_payment") == 1)
        assert OrderStatus.CONFIRMED not in activities.statuses
        await order.handle.signal(OrderWorkflow.payment_changed)
        await order.until(OrderStatus.CONFIRMED)
        assert activities.last("check_payment").key == f"{order.order.order_id}:authorize"

    async def test_looks_when_the_customer_comes_back(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await asked(client, activities, ASKED)
        look = OrderWorkflow.look_at_payment
        assert await order.handle.execute_update(look) is ASKED
        assert await order.handle.execute_update(look) is PaymentStatus.AUTHORIZED
        assert OrderStatus.CONFIRMED in activities.statuses
        assert await order.handle.execute_update(look) is PaymentStatus.AUTHORIZED
        assert activities.names.count("check_payment") == 2

    async def test_looks_when_the_webhook_was_quicker_than_the_answer(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["authorize_payment"] = [gate]
        activities.answers = [ASKED]
        order = await Order.start(client, activities)
        await gate.reached()
        await order.handle.signal(OrderWorkflow.payment_changed)
        gate.open()
        await order.until(OrderStatus.CONFIRMED)

    async def test_that_fails_ends_the_order(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await asked(client, activities)
        activities.script["check_payment"] = [PaymentDeclined("It was not confirmed.")]
        status = await order.handle.execute_update(OrderWorkflow.look_at_payment)
        outcome = await order.handle.result()
        assert status is PaymentStatus.VOIDED
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert outcome.message == "It was not confirmed."
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_has_a_deadline(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        began = await environment.get_current_time()
        order = await asked(client, activities, ASKED)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.last("advance_order").cancellation.code == "authentication_timed_out"
        assert activities.undos == VOID
        assert activities.names.count("check_payment") == 1
        assert await environment.get_current_time() - began >= AUTHENTICATION_DEADLINE

    @pytest.mark.time_skipping
    async def test_is_looked_at_once_more_at_the_deadline(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """The customer confirmed; the webhook was lost, and they closed the page."""
        order = await asked(client, activities)
        outcome = await order.handle.result()
        assert outcome.message == "The restaurant did not answer in time."

    @pytest.mark.time_skipping
    async def test_ends_without_charge_where_nobody_can_look(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["check_payment"] = [USED_UP]
        order = await asked(client, activities)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.undos == VOID

    async def test_is_answered_also_when_the_order_ends_meanwhile(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await asked(client, activities)
        gate = Gate()
        activities.script["check_payment"] = [gate]
        look = await order.handle.start_update(
            OrderWorkflow.look_at_payment, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await gate.reached()
        await order.cancel()
        assert await look.result() is PaymentStatus.VOIDED
        gate.open()
        assert (await order.handle.result()).status is OrderStatus.CANCELLED


class TestHold:
    @pytest.mark.time_skipping
    async def test_is_renewed_before_it_lapses(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.holds_for = timedelta(hours=2)
        order = await Order.confirmed(client, activities, acceptance_minutes=240)
        outcome = await order.handle.result()
        held = activities.commands("authorize_payment")
        order_id = order.order.order_id
        assert outcome.message == "The restaurant did not answer in time."
        assert [(command.key, command.again) for command in held] == [
            (f"{order_id}:authorize", False),
            (f"{order_id}:authorize:2", True),
            (f"{order_id}:authorize:3", True),
        ]
        assert activities.last("void_payment").undoes == [command.key for command in held]
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_that_can_not_be_renewed_ends_the_order(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.holds_for = timedelta(minutes=4)
        order = await Order.confirmed(client, activities)
        activities.script["authorize_payment"] = [PaymentDeclined("Insufficient funds.")]
        outcome = await order.handle.result()
        assert (outcome.status, outcome.message) == (OrderStatus.CANCELLED, "Insufficient funds.")
        assert activities.undos == VOID

    @pytest.mark.time_skipping
    async def test_that_nobody_renews_in_time_ends_the_order(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.holds_for = timedelta(minutes=4)
        order = await Order.confirmed(client, activities)
        activities.script["authorize_payment"] = [USED_UP]
        outcome = await order.handle.result()
        # A confirmed order can't end as one whose payment failed.
        assert outcome.status is OrderStatus.CANCELLED
        assert activities.last("advance_order").cancellation.code == "payment_unavailable"
        assert activities.undos == VOID

    async def test_that_lapsed_unnoticed_is_made_again_and_taken(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.script["capture_payment"] = [AuthorizationLost("It lapsed.")]
        order = await Order.accepted(client, activities)
        keys = [command.key for command in activities.commands("authorize_payment")]
        order_id = order.order.order_id
        assert keys == [f"{order_id}:authorize", f"{order_id}:authorize:2"]
        # The first capture's key has its answer for ever.
        assert activities.last("capture_payment").key == f"{order_id}:capture:2"
        assert activities.undos == []

    @pytest.mark.parametrize(
        ("script", "undone"),
        [
            (
                {"capture_payment": [AuthorizationLost("Gone."), AuthorizationLost("Again.")]},
                REFUND,
            ),
            ({"capture_payment": [AuthorizationLost("Gone."), CaptureFailed("No.")]}, REFUND),
        ],
    )
    async def test_that_lapses_twice_ends_the_order(
        self,
        client: Client,
        activities: FakeActivities,
        script: dict[str, list[Any]],
        undone: list[str],
    ) -> None:
        activities.script.update({name: [*effects] for name, effects in script.items()})
        order = await Order.start(client, activities, auto_accept=True)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.undos == undone

    async def test_that_is_declined_the_second_time_leaves_nothing_held(
        self, client: Client, activities: FakeActivities
    ) -> None:
        gate = Gate()
        activities.script["capture_payment"] = [AuthorizationLost("It lapsed."), gate]
        activities.script["authorize_payment"] = [fine, PaymentDeclined("No.")]
        order = await Order.start(client, activities, auto_accept=True)
        outcome = await order.handle.result()
        assert outcome.status is OrderStatus.PAYMENT_FAILED
        assert activities.undos == VOID
        assert len(activities.last("void_payment").undoes) == 2


class TestTakenAtOnce:
    """Methods that know no hold: the money is taken at the authorization."""

    async def test_is_refunded_where_the_order_ends_before_the_capture(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.answers = [PaymentStatus.CAPTURED]
        order = await Order.confirmed(client, activities)
        await order.cancel()
        outcome = await order.handle.result()
        assert outcome.refund_status is RefundStatus.FULL
        assert activities.undos == VOID

    @pytest.mark.parametrize(
        ("given_back_before", "goes_back"), [(0, 2_000), (400, 2_000), (3_000, 1_300), (4_300, 0)]
    )
    async def test_gives_back_what_was_for_dropped_lines_and_no_more_than_is_left(
        self,
        client: Client,
        activities: FakeActivities,
        given_back_before: int,
        goes_back: int,
    ) -> None:
        activities.answers = [PaymentStatus.CAPTURED]
        gone, left = a_line(name="Burrata"), a_line(name="Margherita")
        order = await Order.confirmed(
            client,
            activities,
            lines=[gone, left],
            quote=a_quote(4_300),
            if_unavailable=IfUnavailable.DROP,
        )
        activities.give_back(given_back_before)
        answer = AcceptOrder(unavailable_item_ids=[gone.menu_item_id])
        await order.handle.execute_update(OrderWorkflow.accept, answer)
        await order.handle.execute_update(OrderWorkflow.start_preparing)
        await eventually(lambda: activities.names.count("refund_part") == (goes_back > 0))
        parts = [command for name, command in activities.done if name == "plan_refund"]
        wanted = [(usd(goes_back), RefundReason.ITEMS_UNAVAILABLE)] if goes_back else []
        assert [(part.amount, part.reason) for part in parts] == wanted
        assert activities.undos == []

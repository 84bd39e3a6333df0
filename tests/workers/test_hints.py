"""Hints reach the workflow that looks, or begin one that does."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.audit import Reconcile
from domain.orders import step_key
from tests.support.builders import an_order
from tests.support.temporal import real_time
from workers.hints import WorkflowHints
from workflows import dispute, order, reconciliation, refund
from workflows.policies import PAYMENTS
from workflows.start import start_order


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    """Without a worker: what was told is in the histories."""
    async with real_time() as environment:
        yield environment


@pytest.fixture
def client(environment: WorkflowEnvironment) -> Client:
    return environment.client


async def signals(client: Client, workflow_id: str) -> list[str]:
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    told = [event.workflow_execution_signaled_event_attributes for event in history.events]
    return [attributes.signal_name for attributes in told if attributes.signal_name]


async def is_running(client: Client, workflow_id: str) -> bool:
    description = await client.get_workflow_handle(workflow_id).describe()
    return description.status is WorkflowExecutionStatus.RUNNING


class TestWorkflowHints:
    async def test_have_an_order_under_way_look_at_its_payment(self, client: Client) -> None:
        placed = an_order()
        await start_order(client, placed, customer_key="somebody")
        await WorkflowHints(client).order_changed(placed.order_id)
        assert await signals(client, order.workflow_id(placed.order_id)) == ["payment_changed"]

    async def test_have_an_order_that_ended_reconciled_once_at_a_time(self, client: Client) -> None:
        order_id = uuid4()
        for _ in range(2):
            await WorkflowHints(client).order_changed(order_id)
        assert await is_running(client, reconciliation.workflow_id(order_id))

    async def test_have_it_reconciled_sooner_than_a_run_through_everything_would(
        self, client: Client
    ) -> None:
        order_id = uuid4()
        await WorkflowHints(client).order_changed(order_id)
        history = await client.get_workflow_handle(
            reconciliation.workflow_id(order_id)
        ).fetch_history()
        given = history.events[0].workflow_execution_started_event_attributes.input.payloads
        [reconcile] = await client.data_converter.decode(given, [Reconcile])
        assert reconcile.orders == [order_id]
        assert reconcile.grace_seconds < Reconcile().grace_seconds
        line = history.events[0].user_metadata.summary
        assert await client.data_converter.decode([line], [str]) == [
            f"Compare what is known of order {order_id}"
        ]

    @pytest.mark.parametrize(
        ("step", "name"), [("void", "held"), ("refund", "captured"), ("cold-pizza", "cold-pizza")]
    )
    async def test_have_a_refund_under_way_look_at_itself(
        self, client: Client, step: str, name: str
    ) -> None:
        order_id = uuid4()
        workflow_id = f"refund-{order_id}-{name}"
        assert refund.workflow_id_of(order_id, step_key(order_id, step)) == workflow_id
        await client.start_workflow("RefundWorkflow", id=workflow_id, task_queue=PAYMENTS)
        await WorkflowHints(client).refund_changed(order_id, step_key(order_id, step))
        assert await signals(client, workflow_id) == ["payment_changed"]

    async def test_have_a_refund_that_ended_reconciled(self, client: Client) -> None:
        order_id = uuid4()
        await WorkflowHints(client).refund_changed(order_id, step_key(order_id, "refund"))
        assert await is_running(client, reconciliation.workflow_id(order_id))

    async def test_begin_to_follow_a_dispute_or_have_it_looked_at_again(
        self, client: Client
    ) -> None:
        for _ in range(2):
            await WorkflowHints(client).dispute_changed("du_1")
        assert await signals(client, dispute.workflow_id("du_1")) == ["dispute_changed"] * 2

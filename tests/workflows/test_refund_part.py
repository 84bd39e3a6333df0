"""A part of the money is given back by decision."""

import pytest
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError

from domain.errors import IdempotencyKeyReused, RefundExceedsCaptured
from domain.orders import step_key
from domain.payments import RefundStatus
from domain.refunds import RefundResult, RefundState
from tests.support.builders import usd
from tests.support.fakes import FakeActivities, fine
from tests.support.owing import a_part, promise, written
from tests.support.pages_of_workflows import page_of
from tests.support.polling import seen
from tests.support.under_way import Order
from workflows.policies import (
    PAYMENTS,
)
from workflows.refund import RefundWorkflow, workflow_id


class TestPart:
    async def test_is_shown_on_the_page_of_an_order_that_goes_on(
        self, client: Client, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities)
        await promise(client, a_part(order_id=order.order.order_id))

        async def page() -> str:
            return await page_of(order.handle)

        shown = await seen(page, lambda text: "5.00 USD went back to the customer" in text)
        assert "| Refunded\u2003 | 5.00 USD |" in shown
        assert "| Captured\u2003 | 23.00 USD |" in shown

    async def test_is_promised_and_then_given_back(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        owed = a_part()
        promised = await promise(client, owed)
        assert promised.refund_status is RefundStatus.PENDING
        result = await client.get_workflow_handle(
            workflow_id(owed), result_type=RefundResult
        ).result()
        assert result.payment.refunded == usd(500)
        assert activities.names == [
            "plan_refund",
            "record_payment",
            "refund_part",
            "record_payment",
        ]
        assert written(activities) == [RefundStatus.PENDING, RefundStatus.PARTIAL]

    async def test_is_refused_where_it_is_too_much_and_may_be_asked_for_again(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["plan_refund"] = [RefundExceedsCaptured("Too much."), fine]
        owed = a_part()
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await promise(client, owed)
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == "RefundExceedsCaptured"
        handle = client.get_workflow_handle(workflow_id(owed), result_type=RefundResult)
        assert (await handle.result()).state is RefundState.FAILED
        assert activities.names == []
        await promise(client, owed)
        assert (await handle.result()).state is RefundState.SUCCEEDED

    async def test_is_not_another_part_of_the_same_key(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING] * 9
        owed = a_part()
        await promise(client, owed)
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await promise(client, owed, request_hash="another")
        assert isinstance(refused.value.cause, ApplicationError)
        assert refused.value.cause.type == IdempotencyKeyReused.__name__

    @pytest.mark.time_skipping
    async def test_is_tried_again_under_its_own_numbers(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED, RefundState.FAILED]
        owed = a_part()
        await client.execute_workflow(
            RefundWorkflow.run, owed, id=workflow_id(owed), task_queue=PAYMENTS
        )
        assert [part.attempt for part in activities.commands("refund_part")] == [1, 2, 3]
        assert {command.key for command in activities.commands("open_case")} == {
            step_key(owed.order_id, "cold-pizza")
        }

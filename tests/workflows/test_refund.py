"""Money that is owed is given back, however long that takes, and says so meanwhile."""

from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.notifications import NotificationType
from domain.payments import Owed, OweMoney, RefundResult, RefundState, RefundStatus
from tests.support.builders import usd
from tests.support.fakes import USED_UP, FakeActivities, Gate, fine
from tests.support.polling import eventually
from workflows.policies import OWED_FIRST_WAIT, PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON, REFUND_STATUS

Handle = WorkflowHandle[RefundWorkflow, RefundResult]


async def owe(client: Client, **given: Any) -> Handle:
    owed = OweMoney(
        order_id=uuid4(),
        customer_id=uuid4(),
        restaurant_id=uuid4(),
        amount=usd(2_300),
        owed=given.get("owed", Owed.CAPTURED),
    )
    return await client.start_workflow(
        RefundWorkflow.run, owed, id=workflow_id(owed.order_id, owed.owed), task_queue=PAYMENTS
    )


def written(activities: FakeActivities) -> list[RefundStatus]:
    return [c.refund_status for name, c in activities.done if name == "record_payment"]


def told(activities: FakeActivities) -> list[NotificationType]:
    commands = [c for name, c in activities.done if name == "deliver_notifications"]
    return [told.type for command in commands for told in command.notifications]


class TestRefundWorkflow:
    async def test_gives_back_what_was_captured_and_writes_it_down(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        result = await (await owe(client)).result()
        assert result.payment.refunded == usd(2_300)
        assert activities.undos == ["refund_payment"]
        assert written(activities) == [RefundStatus.FULL]

    async def test_releases_the_hold_where_the_capture_never_happened(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(authorized=2_300)
        await (await owe(client)).result()
        assert activities.undos == ["refund_payment"]
        assert written(activities) == [RefundStatus.NONE]

    async def test_voids_what_is_only_held(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(authorized=2_300)
        await (await owe(client, owed=Owed.HELD)).result()
        assert activities.undos == ["void_payment"]

    @pytest.mark.time_skipping
    async def test_says_that_money_is_due_and_tells_the_customer_once(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, USED_UP]
        result = await (await owe(client)).result()
        assert result.state is RefundState.SUCCEEDED
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]
        assert told(activities) == [NotificationType.MONEY_OWED]

    @pytest.mark.time_skipping
    async def test_asks_for_attention_only_while_money_is_due(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP]
        handle = await owe(client)
        await eventually(lambda: written(activities) == [RefundStatus.DUE])
        due = (await handle.describe()).typed_search_attributes
        assert due[REFUND_STATUS] == "due"
        assert due[ATTENTION_REASON].startswith("Refund due")
        await handle.result()
        healed = (await handle.describe()).typed_search_attributes
        assert healed[REFUND_STATUS] == "full"
        assert healed.get(ATTENTION_REASON) is None

    @pytest.mark.time_skipping
    async def test_makes_a_refund_anew_that_the_bank_returned(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED]
        await (await owe(client)).result()
        attempts = [c.attempt for name, c in activities.done if name == "refund_payment"]
        assert attempts == [1, 2]
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]

    @pytest.mark.time_skipping
    async def test_writes_it_down_also_when_it_is_due_a_second_time(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, fine, USED_UP]
        activities.refunds = [RefundState.PENDING]
        await (await owe(client)).result()
        assert written(activities) == [
            RefundStatus.DUE,
            RefundStatus.PENDING,
            RefundStatus.DUE,
            RefundStatus.FULL,
        ]
        keys = {c.key for name, c in activities.done if name == "record_payment"}
        assert len(keys) == len(written(activities))

    @pytest.mark.time_skipping
    async def test_looks_again_at_a_refund_that_is_pending(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING, RefundState.PENDING]
        await (await owe(client)).result()
        attempts = [c.attempt for name, c in activities.done if name == "refund_payment"]
        assert attempts == [1, 1, 1]
        assert written(activities) == [RefundStatus.PENDING, RefundStatus.FULL]

    async def test_is_tried_at_once_when_somebody_asks(
        self, client: Client, activities: FakeActivities, environment: WorkflowEnvironment
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING]
        began = await environment.get_current_time()
        handle = await owe(client)
        await eventually(lambda: written(activities) == [RefundStatus.PENDING])
        await handle.execute_update(RefundWorkflow.retry_refund_now)
        await eventually(lambda: written(activities)[-1] is RefundStatus.FULL)
        assert await environment.get_current_time() - began < OWED_FIRST_WAIT

    async def test_is_not_ended_by_the_engines_cancel(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        gate = Gate()
        activities.script["refund_payment"] = [gate]
        handle = await owe(client)
        await gate.reached()
        await handle.cancel()
        gate.open()
        assert (await handle.result()).payment.refunded == usd(2_300)

"""Money that is owed is given back, however long that takes, and says so meanwhile."""

from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from domain.casework import Resolution
from domain.notifications import NotificationType
from domain.payments import RefundStatus
from domain.refunds import Owed, RefundState
from tests.support.builders import usd
from tests.support.fakes import USED_UP, FakeActivities, Gate, fine
from tests.support.owing import (
    Handle,
    decide,
    owe,
    refusal_of,
    told,
    written,
)
from tests.support.polling import eventually
from workflows.policies import (
    OWED_FIRST_WAIT,
    OWED_LONGEST_WAIT,
)
from workflows.refund import RefundWorkflow
from workflows.search_attributes import ATTENTION_REASON, REFUND_STATUS


async def pending(client: Client, activities: FakeActivities) -> Handle:
    """A refund that the bank works on, however often it is looked at."""
    activities.hold(captured=2_300)
    activities.refunds = [RefundState.PENDING] * 9
    handle = await owe(client)
    await eventually(lambda: written(activities) == [RefundStatus.PENDING])
    return handle


async def waits_after(handle: Handle, event: "EventType.ValueType") -> bool:
    """Whether it went on by itself only when a time was over."""
    kinds = [each.event_type for each in (await handle.fetch_history()).events]
    return EventType.EVENT_TYPE_TIMER_FIRED in kinds[kinds.index(event) :]


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
        attempts = [command.attempt for command in activities.commands("refund_payment")]
        assert attempts == [1, 2]
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]

    @pytest.mark.time_skipping
    @pytest.mark.parametrize(
        ("attempt", "waited"),
        [
            (2, timedelta(0)),
            (3, OWED_FIRST_WAIT),
            (5, 4 * OWED_FIRST_WAIT),
            (5_000, OWED_LONGEST_WAIT),
        ],
    )
    async def test_is_due_from_the_start_where_it_came_back_after_its_end(
        self, client: Client, activities: FakeActivities, attempt: int, waited: timedelta
    ) -> None:
        activities.hold(captured=2_300)
        handle = await owe(client, attempt=attempt)
        result = await handle.result()
        assert result.state is RefundState.SUCCEEDED
        assert written(activities) == [RefundStatus.DUE, RefundStatus.FULL]
        assert [command.attempt for command in activities.commands("refund_payment")] == [attempt]
        assert told(activities) == [NotificationType.MONEY_OWED]
        run = await handle.describe()
        assert run.close_time
        assert waited <= run.close_time - run.start_time < waited + OWED_FIRST_WAIT

    @pytest.mark.time_skipping
    async def test_writes_it_down_also_when_it_is_due_a_second_time(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.script["refund_payment"] = [USED_UP, fine, USED_UP]
        activities.refunds = [RefundState.PENDING]
        await (await owe(client)).result()
        assert written(activities)[0] is RefundStatus.DUE
        assert written(activities)[-1] is RefundStatus.FULL
        assert len(activities.commands("open_case")) == 1
        keys = [command.key for command in activities.commands("record_payment")]
        assert len(set(keys)) == len(keys)

    @pytest.mark.time_skipping
    async def test_looks_again_at_a_refund_that_is_pending(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.PENDING, RefundState.PENDING]
        await (await owe(client)).result()
        attempts = [command.attempt for command in activities.commands("refund_payment")]
        assert attempts == [1, 1, 1]
        assert written(activities) == [RefundStatus.PENDING, RefundStatus.FULL]

    async def test_is_tried_at_once_when_somebody_asks(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await pending(client, activities)
        activities.refunds.clear()
        await handle.execute_update(RefundWorkflow.retry_refund_now)
        await eventually(lambda: written(activities)[-1] is RefundStatus.FULL)
        asked = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        assert not await waits_after(handle, asked)

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


class TestPaymentChanged:
    async def test_has_a_refund_under_way_looked_at_at_once(
        self, client: Client, activities: FakeActivities
    ) -> None:
        handle = await pending(client, activities)
        activities.refunds.clear()
        await handle.signal(RefundWorkflow.payment_changed)
        assert (await handle.result()).state is RefundState.SUCCEEDED
        news = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
        assert not await waits_after(handle, news)

    async def test_makes_no_new_refund_where_one_failed(
        self, client: Client, activities: FakeActivities
    ) -> None:
        """Its failure is news itself: each new refund would fail, and be news again."""
        activities.hold(captured=2_300)
        activities.refunds = [RefundState.FAILED]
        handle = await owe(client)
        await eventually(lambda: "record_payment" in activities.names)
        await handle.signal(RefundWorkflow.payment_changed)
        # Whatever the signal set off is done before the answer to an update that comes after it.
        assert await refusal_of(handle, decide(Resolution.PAID_BY_HAND)) == "ReferenceMissing"
        history = await handle.fetch_history()
        begun = [event.activity_task_scheduled_event_attributes for event in history.events]
        assert [each.activity_type.name for each in begun].count("refund_payment") == 1

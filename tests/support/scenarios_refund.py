"""Ways a refund can go, each run until nothing more happens by itself, and recorded."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from domain.casework import MoveCase
from domain.refunds import Owed, OweMoney, RefundResult, RefundState
from tests.support.builders import a_mandate, usd
from tests.support.fakes import USED_UP, FakeActivities
from tests.support.owing import a_part, promise
from tests.support.polling import eventually
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id

Refund = WorkflowHandle[RefundWorkflow, RefundResult]
Scenario = Callable[[Client, FakeActivities], Awaitable[Refund]]


async def refund_returned_by_the_bank(client: Client, activities: FakeActivities) -> Refund:
    activities.hold(captured=2_300)
    activities.refunds = [RefundState.PENDING, RefundState.FAILED]
    refund = await _owed(client, Owed.CAPTURED)
    for times in (1, 2):
        await eventually(lambda: activities.names.count("record_payment") == times)  # noqa: B023
        await refund.execute_update(RefundWorkflow.retry_refund_now)
    await refund.result()
    return refund


async def hold_released(client: Client, activities: FakeActivities) -> Refund:
    activities.hold(authorized=2_300)
    refund = await _owed(client, Owed.HELD)
    await refund.result()
    return refund


async def part_that_support_gave(client: Client, activities: FakeActivities) -> Refund:
    """It could not be made at first, and its case was given to somebody."""
    activities.hold(captured=2_300)
    activities.script["refund_part"] = [USED_UP]
    owed = a_part(500)
    await promise(client, owed)
    refund: Refund = client.get_workflow_handle(workflow_id(owed), result_type=RefundResult)
    await eventually(lambda: "open_case" in activities.names)
    given = MoveCase(owner=uuid4(), mandate=a_mandate())
    await refund.execute_update(RefundWorkflow.move_case, given)
    await refund.execute_update(RefundWorkflow.retry_refund_now)
    await refund.result()
    return refund


SCENARIOS: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (refund_returned_by_the_bank, hold_released, part_that_support_gave)
}


async def _owed(client: Client, owed: Owed) -> Refund:
    order_id = uuid4()
    money = OweMoney(
        order_id=order_id,
        customer_id=uuid4(),
        restaurant_id=uuid4(),
        amount=usd(2_300),
        owed=owed,
        authorizations=[f"{order_id}:authorize"],
    )
    return await client.start_workflow(
        RefundWorkflow.run, money, id=workflow_id(money), task_queue=PAYMENTS
    )

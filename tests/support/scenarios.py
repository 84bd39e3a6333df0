"""Every way an order or a refund can go, each run until nothing more happens by itself.

Their histories are recorded, and must replay on every later version of the workflows.
"""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle

from domain.errors import CaptureFailed, DuplicateOrder, ItemUnavailable, PaymentDeclined
from domain.orders import AcceptOrder, Actor, CancelOrder, OrderOutcome, OrderStatus, RejectOrder
from domain.payments import Owed, OweMoney, RefundResult, RefundState
from tests.support.builders import an_order, usd
from tests.support.fakes import USED_UP, FakeActivities, Gate
from tests.support.polling import eventually
from workflows.order import OrderWorkflow
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow, workflow_id
from workflows.start import start_order

Order = WorkflowHandle[OrderWorkflow, OrderOutcome]
Refund = WorkflowHandle[RefundWorkflow, RefundResult]
Scenario = Callable[[Client, FakeActivities], Awaitable[Order | Refund]]


async def accepted(client: Client, activities: FakeActivities) -> Order:
    handle = await start_order(client, an_order(), customer_key="k")
    await eventually(lambda: OrderStatus.CONFIRMED in activities.statuses)
    await handle.execute_update(OrderWorkflow.accept, AcceptOrder(preparation_minutes=20))
    await eventually(lambda: activities.done[-1][0] == "record_payment")
    return handle


async def accepted_by_itself_and_express(client: Client, activities: FakeActivities) -> Order:
    order = an_order(auto_accept=True, express=True)
    handle = await start_order(client, order, customer_key="k")
    await eventually(lambda: activities.done and activities.done[-1][0] == "record_payment")
    return handle


async def declined(client: Client, activities: FakeActivities) -> Order:
    activities.script["authorize_payment"] = [PaymentDeclined("The card has expired.")]
    return await _ended(client)


async def out_of_stock(client: Client, activities: FakeActivities) -> Order:
    activities.script["reserve_stock"] = [ItemUnavailable("There is no pizza left.")]
    return await _ended(client)


async def another_runs_order(client: Client, activities: FakeActivities) -> Order:
    activities.script["record_order"] = [DuplicateOrder("Another run is this order.")]
    return await _ended(client)


async def capture_failed(client: Client, activities: FakeActivities) -> Order:
    activities.script["capture_payment"] = [CaptureFailed("The bank took it back.")]
    return await _ended(client, auto_accept=True)


async def void_handed_over(client: Client, activities: FakeActivities) -> Order:
    activities.script["authorize_payment"] = [PaymentDeclined("No.")]
    activities.script["void_payment"] = [USED_UP]
    return await _ended(client)


async def rejected_by_the_kitchen(client: Client, activities: FakeActivities) -> Order:
    handle = await start_order(client, an_order(), customer_key="k")
    await eventually(lambda: OrderStatus.CONFIRMED in activities.statuses)
    await handle.execute_update(OrderWorkflow.reject, RejectOrder())
    await handle.result()
    return handle


async def cancelled_while_paying(client: Client, activities: FakeActivities) -> Order:
    gate = Gate()
    activities.script["authorize_payment"] = [gate]
    handle = await start_order(client, an_order(), customer_key="k")
    await gate.reached()
    await handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
    await handle.result()
    gate.open()
    return handle


async def cancelled_after_the_capture(client: Client, activities: FakeActivities) -> Order:
    handle = await accepted(client, activities)
    await handle.execute_update(OrderWorkflow.cancel, CancelOrder(by=Actor.CUSTOMER))
    await handle.result()
    return handle


async def cancelled_by_the_engine(client: Client, activities: FakeActivities) -> Order:
    handle = await accepted(client, activities)
    await handle.cancel()
    await handle.result()
    return handle


async def refund_returned_by_the_bank(client: Client, activities: FakeActivities) -> Refund:
    activities.hold(captured=2_300)
    activities.refunds = [RefundState.PENDING, RefundState.FAILED]
    handle = await _owed(client)
    for times in (1, 2):
        await _recorded(activities, times)
        await handle.execute_update(RefundWorkflow.retry_refund_now)
    await handle.result()
    return handle


async def hold_released(client: Client, activities: FakeActivities) -> Refund:
    activities.hold(authorized=2_300)
    handle = await _owed(client, Owed.HELD)
    await handle.result()
    return handle


SCENARIOS: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        accepted,
        accepted_by_itself_and_express,
        declined,
        out_of_stock,
        another_runs_order,
        capture_failed,
        void_handed_over,
        rejected_by_the_kitchen,
        cancelled_while_paying,
        cancelled_after_the_capture,
        cancelled_by_the_engine,
        refund_returned_by_the_bank,
        hold_released,
    )
}


async def _recorded(activities: FakeActivities, times: int) -> None:
    await eventually(lambda: [name for name, _ in activities.done].count("record_payment") == times)


async def _ended(client: Client, *, auto_accept: bool = False) -> Order:
    handle = await start_order(client, an_order(auto_accept=auto_accept), customer_key="k")
    await handle.result()
    return handle


async def _owed(client: Client, owed: Owed = Owed.CAPTURED) -> Refund:
    money = OweMoney(
        order_id=uuid4(),
        customer_id=uuid4(),
        restaurant_id=uuid4(),
        amount=usd(2_300),
        owed=owed,
    )
    return await client.start_workflow(
        RefundWorkflow.run, money, id=workflow_id(money.order_id, owed), task_queue=PAYMENTS
    )

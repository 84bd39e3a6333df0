"""Every way an order can go, each run until nothing more happens by itself.

Their histories are recorded, and must replay on every later version of the workflows.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio.client import Client

from domain.attention import Culprit, StepTrouble
from domain.deliveries import DeliveryCode, DeliveryState
from domain.errors import (
    AuthorizationLost,
    CaptureFailed,
    DuplicateOrder,
    ItemUnavailable,
    PaymentDeclined,
)
from domain.orders import Actor, IfUnavailable, OrderStatus
from domain.payments import PaymentStatus
from domain.progress import AcceptOrder, AddNote, DelayOrder, RejectOrder
from tests.support.builders import a_line, a_mandate, a_quote, usd
from tests.support.fakes import USED_UP, FakeActivities, Gate
from tests.support.polling import eventually
from tests.support.under_way import COURIER, Order
from workflows.order import OrderWorkflow

Scenario = Callable[[Client, FakeActivities], Awaitable[Order]]


async def delivered(client: Client, activities: FakeActivities) -> Order:
    order = await Order.confirmed(client, activities)
    await order.handle.execute_update(OrderWorkflow.delay, DelayOrder(minutes=5))
    await order.handle.execute_update(OrderWorkflow.accept, AcceptOrder(preparation_minutes=20))
    await order.paid()
    await order.handle.execute_update(OrderWorkflow.delay, DelayOrder(minutes=10))
    await order.handle.execute_update(OrderWorkflow.start_preparing)
    await order.until_offered()
    await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
    await order.courier_moves(DeliveryState.OFFERED, None)
    await order.handle.execute_update(OrderWorkflow.mark_ready)
    await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
    await order.courier_moves(DeliveryState.PICKED_UP, COURIER)
    await order.until(OrderStatus.PICKED_UP)
    await order.delivery_ends(DeliveryCode.DELIVERED)
    return order


async def accepted_by_itself_and_express(client: Client, activities: FakeActivities) -> Order:
    order = await Order.start(client, activities, auto_accept=True, express=True)
    return await order.paid()


async def declined(client: Client, activities: FakeActivities) -> Order:
    activities.script["authorize_payment"] = [PaymentDeclined("The card has expired.")]
    return await _ended(client, activities)


async def out_of_stock(client: Client, activities: FakeActivities) -> Order:
    activities.script["reserve_stock"] = [ItemUnavailable("There is no pizza left.")]
    return await _ended(client, activities)


async def another_runs_order(client: Client, activities: FakeActivities) -> Order:
    activities.script["record_order"] = [DuplicateOrder("Another run is this order.")]
    return await _ended(client, activities)


async def authenticated(client: Client, activities: FakeActivities) -> Order:
    order = await _asked(client, activities, PaymentStatus.REQUIRES_ACTION)
    await order.handle.signal(OrderWorkflow.payment_changed)
    await eventually(lambda: "check_payment" in activities.names)
    await order.handle.execute_update(OrderWorkflow.look_at_payment)
    return order


async def authentication_declined(client: Client, activities: FakeActivities) -> Order:
    order = await _asked(client, activities)
    activities.script["check_payment"] = [PaymentDeclined("It was not confirmed.")]
    await order.handle.signal(OrderWorkflow.payment_changed)
    await order.handle.result()
    return order


async def authentication_timed_out(client: Client, activities: FakeActivities) -> Order:
    order = await _asked(client, activities, PaymentStatus.REQUIRES_ACTION)
    await order.handle.result()
    return order


async def capture_failed(client: Client, activities: FakeActivities) -> Order:
    activities.script["capture_payment"] = [CaptureFailed("The bank took it back.")]
    return await _ended(client, activities, auto_accept=True)


async def capture_that_kept_failing(client: Client, activities: FakeActivities) -> Order:
    gate = Gate()
    activities.script["capture_payment"] = [gate]
    order = await Order.confirmed(client, activities)
    await order.handle.execute_update(OrderWorkflow.accept, AcceptOrder())
    await gate.reached()
    trouble = StepTrouble(
        step="capture_payment", since=datetime.now(UTC), attempt=7, why=Culprit.PAYMENT_SERVICE
    )
    await order.handle.signal(OrderWorkflow.step_keeps_failing, trouble)
    gate.open()
    return await order.paid()


async def hold_lapsed_and_made_again(client: Client, activities: FakeActivities) -> Order:
    activities.script["capture_payment"] = [AuthorizationLost("It lapsed.")]
    return await Order.accepted(client, activities)


async def hold_renewed(client: Client, activities: FakeActivities) -> Order:
    activities.holds_for = timedelta(hours=1)
    return await _ended(client, activities, acceptance_minutes=90)


async def void_handed_over(client: Client, activities: FakeActivities) -> Order:
    activities.script["authorize_payment"] = [PaymentDeclined("No.")]
    activities.script["void_payment"] = [USED_UP]
    return await _ended(client, activities)


async def taken_at_once_and_accepted_in_part(client: Client, activities: FakeActivities) -> Order:
    activities.answers = [PaymentStatus.CAPTURED]
    gone = a_line(name="Burrata")
    order = await Order.confirmed(
        client,
        activities,
        lines=[gone, a_line()],
        quote=a_quote(4_300),
        if_unavailable=IfUnavailable.DROP,
    )
    answer = AcceptOrder(unavailable_item_ids=[gone.menu_item_id])
    await order.handle.execute_update(OrderWorkflow.accept, answer)
    await eventually(lambda: "refund_part" in activities.names)
    return order


async def rejected_by_the_kitchen(client: Client, activities: FakeActivities) -> Order:
    order = await Order.confirmed(client, activities)
    await order.handle.execute_update(OrderWorkflow.reject, RejectOrder())
    return order


async def rejected_because_something_ran_out(client: Client, activities: FakeActivities) -> Order:
    order = await Order.confirmed(client, activities)
    gone = [line.menu_item_id for line in order.order.lines]
    answer = AcceptOrder(unavailable_item_ids=gone)
    await order.handle.execute_update(OrderWorkflow.accept, answer)
    return order


async def never_answered(client: Client, activities: FakeActivities) -> Order:
    return await _ended(client, activities)


async def never_ready(client: Client, activities: FakeActivities) -> Order:
    order = await Order.preparing(client, activities)
    await order.handle.result()
    return order


async def cancelled_while_paying(client: Client, activities: FakeActivities) -> Order:
    gate = Gate()
    activities.script["authorize_payment"] = [gate]
    order = await Order.start(client, activities)
    await gate.reached()
    await order.cancel()
    await order.handle.result()
    gate.open()
    return order


async def cancelled_after_the_capture(client: Client, activities: FakeActivities) -> Order:
    order = await Order.accepted(client, activities)
    await order.cancel()
    await order.handle.result()
    return order


async def cancelled_by_the_engine(client: Client, activities: FakeActivities) -> Order:
    order = await Order.preparing(client, activities)
    await order.cancel("engine")
    await order.handle.result()
    return order


async def cancelled_by_support_when_it_was_cooked(
    client: Client, activities: FakeActivities
) -> Order:
    order = await Order.ready(client, activities)
    await order.cancel(by=Actor.SUPPORT, late=True)
    await order.handle.result()
    return order


async def cancelled_with_a_fee(client: Client, activities: FakeActivities) -> Order:
    """After support wrote a note and told the customer again."""
    order = await Order.ready(client, activities)
    note = AddNote(remark_id=uuid4(), mandate=a_mandate())
    await order.handle.execute_update(OrderWorkflow.add_note, note)
    await order.handle.execute_update(OrderWorkflow.resend_confirmation, a_mandate())
    await order.cancel(by=Actor.SUPPORT, late=True, keep=usd(800))
    await order.handle.result()
    return order


async def nobody_took_it(client: Client, activities: FakeActivities) -> Order:
    order = await Order.ready(client, activities)
    await order.delivery_ends(DeliveryCode.NO_COURIER)
    return order


async def not_handed_over(client: Client, activities: FakeActivities) -> Order:
    order = await Order.picked_up(client, activities)
    await order.delivery_ends(DeliveryCode.DELIVERY_FAILED)
    return order


def _named(*scenarios: Scenario) -> dict[str, Scenario]:
    return {scenario.__name__: scenario for scenario in scenarios}


AT_ONCE = _named(
    delivered,
    accepted_by_itself_and_express,
    declined,
    out_of_stock,
    another_runs_order,
    authenticated,
    authentication_declined,
    capture_failed,
    capture_that_kept_failing,
    hold_lapsed_and_made_again,
    void_handed_over,
    taken_at_once_and_accepted_in_part,
    rejected_by_the_kitchen,
    rejected_because_something_ran_out,
    cancelled_while_paying,
    cancelled_after_the_capture,
    cancelled_by_the_engine,
    cancelled_by_support_when_it_was_cooked,
    cancelled_with_a_fee,
    nobody_took_it,
    not_handed_over,
)
IN_TIME = _named(authentication_timed_out, hold_renewed, never_answered, never_ready)
"""Those that a deadline ends: for a clock that jumps."""


async def _asked(client: Client, activities: FakeActivities, *answers: PaymentStatus) -> Order:
    activities.answers = [PaymentStatus.REQUIRES_ACTION, *answers]
    order = await Order.start(client, activities)
    return await order.until(OrderStatus.PAYMENT_ACTION_REQUIRED)


async def _ended(client: Client, activities: FakeActivities, **given: object) -> Order:
    order = await Order.start(client, activities, **given)
    await order.handle.result()
    return order

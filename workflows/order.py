"""The saga of one order: reserve, pay, confirm, notify, let the kitchen decide, take the money."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception
from temporalio.workflow import ChildWorkflowCancellationType, ParentClosePolicy

from workflows.compensations import Compensations
from workflows.endings import NO_ANSWER, NO_FOOD, Ending, OrderEnded, asked_by, ending_of
from workflows.markdown import escape
from workflows.page import OrderPage
from workflows.policies import (
    CAPTURE,
    FOOD_DEADLINE,
    MONEY_BACK,
    NOTIFY,
    ORDERS,
    PAY,
    PAYMENTS,
    POSTGRES,
    REFUND_PATIENCE,
)
from workflows.refund import RefundWorkflow
from workflows.refund import workflow_id as refund_workflow_id
from workflows.search_attributes import AMOUNT, ORDER_STATUS, RESTAURANT_ID
from workflows.shield import to_the_end
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities
    from activities.orders import OrderActivities
    from activities.payments import PaymentActivities
    from activities.stock import StockActivities
    from domain.errors import DomainError, DuplicateOrder, IllegalTransition, TooLateToCancel
    from domain.notifications import (
        Audience,
        DeliverNotifications,
        NotificationType,
        notification,
    )
    from domain.orders import (
        CANCELLABLE,
        AcceptOrder,
        Actor,
        AdvanceOrder,
        Cancellation,
        CancelOrder,
        OrderOutcome,
        OrderStatus,
        PlaceOrder,
        RecordOrder,
        RecordRefund,
        RejectOrder,
        step_key,
    )
    from domain.payments import (
        AuthorizePayment,
        CapturePayment,
        OrderPayment,
        Owed,
        OweMoney,
        RefundStatus,
        VoidPayment,
    )
    from domain.stock import ReleaseStock, ReserveStock, StockLine

TASK_QUEUE = ORDERS

Result = TypeVar("Result")


def workflow_id(order_id: UUID) -> str:
    return f"order-{order_id}"


@workflow.defn(failure_exception_types=[DomainError])
class OrderWorkflow:
    """Bring an order to the table, or leave nothing of it but the reason."""

    @workflow.init
    def __init__(self, order: PlaceOrder) -> None:
        self._order = order
        self._undo = Compensations()
        self._recorded = False
        self._accepted = order.auto_accept
        # Why the order has to end, as soon as somebody or a deadline says so.
        self._stop: Ending | None = None
        self._refund_status = RefundStatus.NONE
        self._page = OrderPage(order, OrderPayment.pending(order.quote.total.currency))

    @workflow.run
    async def run(self, order: PlaceOrder) -> OrderOutcome:
        try:
            for step in (
                self._record,
                self._reserve,
                self._pay,
                self._confirm,
                self._notify,
                self._let_the_kitchen_decide,
                self._capture,
                self._wait_for_food,
            ):
                await step()
                self._heed_a_stop()
        except (DomainError, FailureError, asyncio.CancelledError) as cause:
            await to_the_end(self._end_without_food(cause))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return OrderOutcome(
            order_id=order.order_id,
            status=self._status,
            refund_status=self._refund_status,
            message=self._stop.cancellation.reason if self._stop else "",
        )

    # The steps, in their order.

    async def _record(self) -> None:
        await execute(
            OrderActivities.record_order,
            RecordOrder(order=self._order, run_id=workflow.info().run_id),
            policy=POSTGRES,
            summary="Write the order down",
        )
        self._recorded = True
        self._tell("The order was placed.")

    async def _reserve(self) -> None:
        order = self._order
        self._undo.add("stock", self._release, ReleaseStock(order_id=order.order_id))
        lines = [
            StockLine(menu_item_id=line.menu_item_id, quantity=line.quantity)
            for line in order.lines
        ]
        await execute(
            StockActivities.reserve_stock,
            ReserveStock(order_id=order.order_id, restaurant_id=order.restaurant_id, lines=lines),
            policy=POSTGRES,
            summary="Set the dishes and a kitchen slot aside",
        )
        await self._advance(OrderStatus.RESERVED, Actor.SYSTEM)

    async def _pay(self) -> None:
        order, key = self._order, self._key("authorize")
        void = VoidPayment(order_id=order.order_id, key=self._key("void"), undoes=key)
        self._undo.add("money", self._void, void)
        self._page.payment = await self._unless_stopped(
            execute(
                PaymentActivities.authorize_payment,
                AuthorizePayment(
                    order_id=order.order_id,
                    key=key,
                    customer_id=order.customer_id,
                    amount=order.quote.total,
                    payment_method=order.payment_method,
                ),
                policy=PAY,
                summary=f"Hold {order.quote.total} on the card",
                express=order.express,
            )
        )
        self._tell(f"{order.quote.total} are held on the card.")

    async def _confirm(self) -> None:
        await self._advance(OrderStatus.CONFIRMED, Actor.SYSTEM, payment=self._page.payment)

    async def _notify(self) -> None:
        """Tell both sides. Where that fails the order goes on: it stands in their lists."""
        order = self._order
        told = [
            notification(
                type_, audience, recipient, order_id=order.order_id, total=order.quote.total
            )
            for type_, audience, recipient in (
                (NotificationType.ORDER_CONFIRMED, Audience.CUSTOMER, order.customer_id),
                (NotificationType.NEW_ORDER, Audience.RESTAURANT, order.restaurant_id),
            )
        ]
        try:
            await self._unless_stopped(
                execute(
                    NotificationActivities.deliver_notifications,
                    DeliverNotifications(order_id=order.order_id, notifications=told),
                    policy=NOTIFY,
                    summary="Tell the customer and the restaurant",
                    express=order.express,
                )
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise
            workflow.logger.warning("order.nobody_told")

    async def _let_the_kitchen_decide(self) -> None:
        if not self._accepted:
            await self._wait_for_the_kitchen()
        self._heed_a_stop()
        actor = Actor.SYSTEM if self._order.auto_accept else Actor.RESTAURANT
        await self._advance(OrderStatus.ACCEPTED, actor)

    async def _wait_for_the_kitchen(self) -> None:
        patience = timedelta(minutes=self._order.acceptance_minutes)
        until = workflow.now() + patience
        self._ask(
            f"The restaurant accepts or rejects until {until:%H:%M} UTC, else it is rejected."
        )
        try:
            await workflow.wait_condition(
                lambda: self._accepted or self._stop is not None,
                timeout=patience,
                timeout_summary="The restaurant's time to answer; then the order is rejected",
            )
        except TimeoutError:
            self._stop = NO_ANSWER
        self._ask("")

    async def _capture(self) -> None:
        """The pivot: from here on the undo is a refund, which has a workflow of its own."""
        order = self._order
        self._undo.add("money", self._refund, self._owe(Owed.CAPTURED))
        self._page.payment = await self._unless_stopped(
            execute(
                PaymentActivities.capture_payment,
                CapturePayment(
                    order_id=order.order_id, key=self._key("capture"), amount=order.quote.total
                ),
                policy=CAPTURE,
                summary=f"Take the {order.quote.total} that are held",
            )
        )
        await execute(
            OrderActivities.record_refund,
            RecordRefund(
                order_id=order.order_id,
                key=self._key("captured"),
                refund_status=RefundStatus.NONE,
                payment=self._page.payment,
            ),
            policy=POSTGRES,
            summary="Write down: money taken",
        )
        self._tell(f"{order.quote.total} were taken.")

    async def _wait_for_food(self) -> None:
        until = workflow.now() + FOOD_DEADLINE
        self._ask(f"Cancel it if need be; else it is refunded at {until:%d %B %H:%M} UTC.")
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._stop is not None,
                timeout=FOOD_DEADLINE,
                timeout_summary="The time to deliver; then the order is cancelled and refunded",
            )
        self._stop = self._stop or NO_FOOD

    # The undos.

    async def _release(self, command: ReleaseStock) -> None:
        await execute(
            StockActivities.release_stock,
            command,
            policy=POSTGRES,
            summary="Put the dishes and the kitchen slot back",
        )
        self._tell("The dishes were put back.")

    async def _void(self, command: VoidPayment) -> None:
        try:
            self._page.payment = await execute(
                PaymentActivities.void_payment,
                command,
                policy=MONEY_BACK,
                summary=f"Release the hold of {self._order.quote.total}",
            )
        except (DomainError, FailureError):
            await self._refund(self._owe(Owed.HELD))
        else:
            self._tell("Nothing is held on the card any more.")

    async def _refund(self, owed: OweMoney) -> None:
        """Hand the money over to its own workflow, and wait a little for it to be done."""
        refund = await workflow.start_child_workflow(
            RefundWorkflow.run,
            owed,
            id=refund_workflow_id(owed.order_id, owed.owed),
            task_queue=PAYMENTS,
            parent_close_policy=ParentClosePolicy.ABANDON,
            cancellation_type=ChildWorkflowCancellationType.ABANDON,
            static_summary=f"Refund of {owed.amount}",
            search_attributes=workflow.info().typed_search_attributes.updated(
                AMOUNT.value_set(str(owed.amount)), RESTAURANT_ID.value_set(str(owed.restaurant_id))
            ),
        )
        try:
            await workflow.wait_condition(
                refund.done, timeout=REFUND_PATIENCE, timeout_summary="The refund, for a while"
            )
        except TimeoutError:
            self._refund_status = RefundStatus.PENDING
            self._tell("The money is owed; its own workflow gives it back.")
            return
        self._page.payment = (await refund).payment
        self._refund_status = self._page.payment.refund_status
        self._tell("The customer has all the money back.")

    async def _end_without_food(self, cause: BaseException) -> None:
        """Undo what was begun, then say how it ended. Another run's order is left to that run."""
        self._stop = ending_of(cause, status=self._status)
        self._ask("")
        self._tell(escape(self._stop.cancellation.reason))
        await self._undo.run()
        if isinstance(cause, DuplicateOrder):
            self._show(self._stop.status)
            return
        if not self._recorded:
            await self._record()
        # From a refund on, its workflow writes what became of the money.
        handed_on = self._refund_status is not RefundStatus.NONE
        await self._advance(
            self._stop.status,
            self._stop.cancellation.by,
            payment=None if handed_on else self._page.payment,
            cancellation=self._stop.cancellation,
        )

    # What others may ask of a running order. A verb each, because its name is its label.

    @workflow.update(description='The restaurant will cook. Data: {"preparation_minutes": 20}')
    async def accept(self, command: AcceptOrder) -> OrderStatus:
        """Answer once the order's row says so. Accepting an accepted order changes nothing."""
        self._accepted = True
        if command.preparation_minutes is not None:
            self._tell(f"The restaurant needs {command.preparation_minutes} minutes.")
        await workflow.wait_condition(lambda: self._status is not OrderStatus.CONFIRMED)
        return self._status

    @accept.validator
    def _may_accept(self, _: AcceptOrder) -> None:
        if not (self._awaits_the_kitchen or self._status is OrderStatus.ACCEPTED):
            raise IllegalTransition(self._refusal("accepted"))

    @workflow.update(description="The restaurant will not cook; nobody pays. Data: {}")
    async def reject(self, command: RejectOrder) -> OrderStatus:
        """Answer once the money is released and the order has ended."""
        self._stop = self._stop or asked_by(
            Actor.RESTAURANT, OrderStatus.REJECTED, command.remark_id
        )
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @reject.validator
    def _may_reject(self, _: RejectOrder) -> None:
        if not (self._awaits_the_kitchen or self._ends_as(OrderStatus.REJECTED)):
            raise IllegalTransition(self._refusal("rejected"))

    @workflow.update(
        description="Cancel and give all the money back, until the kitchen cooks. "
        'Data: {"by": "support"}'
    )
    async def cancel(self, command: CancelOrder) -> OrderStatus:
        """Answer once the undo is done. Who wants to know at once waits for acceptance only."""
        self._stop = self._stop or asked_by(command.by, OrderStatus.CANCELLED, command.remark_id)
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @cancel.validator
    def _may_cancel(self, _: CancelOrder) -> None:
        open_ = self._stop is None and self._status in CANCELLABLE
        if not (open_ or self._ends_as(OrderStatus.CANCELLED)):
            raise TooLateToCancel(self._refusal("cancelled"))

    # What the above is made of.

    @property
    def _status(self) -> OrderStatus:
        return self._page.status

    @property
    def _awaits_the_kitchen(self) -> bool:
        return self._status is OrderStatus.CONFIRMED and self._stop is None

    def _ends_as(self, status: OrderStatus) -> bool:
        return self._stop is not None and self._stop.status is status

    def _refusal(self, participle: str) -> str:
        now = f"ends as {self._stop.status}" if self._stop else f"is {self._status}"
        return f"The order {now}: it can't be {participle}."

    def _heed_a_stop(self) -> None:
        """After every step: the engine may set its reason without raising anything."""
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError
        if self._stop is not None:
            raise OrderEnded(self._stop)

    async def _unless_stopped(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Await a remote step, but not past a stop: the undo wins wherever the step lands."""
        task = asyncio.create_task(step)
        try:
            await workflow.wait_condition(lambda: task.done() or self._stop is not None)
        finally:
            task.cancel()
        self._heed_a_stop()
        return await task

    async def _advance(
        self,
        status: OrderStatus,
        actor: Actor,
        *,
        payment: OrderPayment | None = None,
        cancellation: Cancellation | None = None,
    ) -> None:
        await execute(
            OrderActivities.advance_order,
            AdvanceOrder(
                order_id=self._order.order_id,
                key=self._key(status),
                status=status,
                actor=actor,
                payment=payment,
                cancellation=cancellation,
            ),
            policy=POSTGRES,
            summary=f"Write down: {status.value.replace('_', ' ')}",
        )
        self._show(status)

    def _show(self, status: OrderStatus) -> None:
        self._page.status = status
        workflow.upsert_search_attributes([ORDER_STATUS.value_set(status.value)])
        self._tell(f"The order is {status.value.replace('_', ' ')}.")

    def _tell(self, sentence: str) -> None:
        self._page.tell(workflow.now(), sentence)
        workflow.set_current_details(self._page.render())

    def _ask(self, to_do: str) -> None:
        self._page.to_do = to_do
        workflow.set_current_details(self._page.render())

    def _owe(self, owed: Owed) -> OweMoney:
        order = self._order
        return OweMoney(
            order_id=order.order_id,
            customer_id=order.customer_id,
            restaurant_id=order.restaurant_id,
            amount=order.quote.total,
            owed=owed,
        )

    def _key(self, step: str) -> str:
        return step_key(self._order.order_id, step)

"""The saga of one order: reserve, pay, confirm, notify; the kitchen, the courier, and the money."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.authentication import Authentication
from workflows.compensations import Compensations
from workflows.earnings import divide, pay_for_the_work
from workflows.endings import RAN_OUT, asked_by, ending_of
from workflows.handover import Handover
from workflows.kitchen import Kitchen
from workflows.markdown import escape
from workflows.money import OrderMoney
from workflows.page import OrderPage
from workflows.permissions import Permissions
from workflows.policies import NOTIFY, ORDERS, POSTGRES
from workflows.row import OrderRow
from workflows.shield import to_the_end
from workflows.steps import execute
from workflows.stop import Stop
from workflows.updates import update

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities
    from activities.stock import StockActivities
    from domain.deliveries import CourierMoved, DeliverOrder
    from domain.errors import DomainError, DuplicateOrder, IllegalTransition
    from domain.notifications import confirmed
    from domain.orders import Actor, OrderStatus, PlaceOrder
    from domain.payments import OrderPayment, PaymentStatus
    from domain.progress import AcceptOrder, CancelOrder, DelayOrder, OrderOutcome, RejectOrder
    from domain.stock import ReleaseStock, ReserveStock

TASK_QUEUE = ORDERS


def workflow_id(order_id: UUID) -> str:
    return f"order-{order_id}"


@workflow.defn(failure_exception_types=[DomainError])
class OrderWorkflow:
    """Bring an order to the table, or leave nothing of it but the reason."""

    @workflow.init
    def __init__(self, order: PlaceOrder) -> None:
        self._order = order
        self._undo = Compensations()
        self._stop = Stop()
        self._page = OrderPage(order, OrderPayment.pending(order.quote.total.currency))
        self._row = OrderRow(self._page)
        self._money = OrderMoney(self._page, self._undo)
        self._authentication = Authentication(self._page, self._stop, self._money)
        self._handover = Handover(self._row, self._stop)
        self._kitchen = Kitchen(self._row, self._stop, self._money, self._handover)
        self._permissions = Permissions(self._row, self._stop, self._kitchen)

    @workflow.run
    async def run(self, order: PlaceOrder) -> OrderOutcome:
        try:
            for step in (
                self._row.record,
                self._reserve,
                self._pay,
                self._confirm,
                self._notify,
                self._kitchen.decide,
                self._kitchen.take_on,
                self._capture,
                self._kitchen.begin,
                self._seek_a_courier,
                self._kitchen.finish,
                self._handover.tell_that_it_is_ready,
                self._deliver,
            ):
                self._stop.heed()
                await step()
        except (DomainError, FailureError, asyncio.CancelledError) as cause:
            await to_the_end(self._end_without_food(cause))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return OrderOutcome(
            order_id=order.order_id,
            status=self._status,
            refund_status=self._page.refund_status,
            message=self._stop.ending.cancellation.reason if self._stop.ending else "",
        )

    # The steps that are not one party's own.

    async def _reserve(self) -> None:
        release = ReleaseStock(order_id=self._order.order_id)
        self._undo.add("stock", self._release, release)
        await self._stop.or_result(
            execute(
                StockActivities.reserve_stock,
                ReserveStock.of(self._order),
                policy=POSTGRES,
                summary="Set the dishes and a kitchen slot aside",
            )
        )
        await self._row.advance(OrderStatus.RESERVED, Actor.SYSTEM)

    async def _pay(self) -> None:
        await self._stop.or_result(self._money.authorize())
        if self._money.waits_for_the_customer:
            await self._row.advance(OrderStatus.PAYMENT_ACTION_REQUIRED, Actor.SYSTEM)
            await self._authentication.wait()

    async def _confirm(self) -> None:
        await self._row.advance(OrderStatus.CONFIRMED, Actor.SYSTEM)

    async def _notify(self) -> None:
        """Tell both sides. Where that fails the order goes on: it stands in their lists."""
        try:
            await self._stop.or_result(
                execute(
                    NotificationActivities.deliver_notifications,
                    confirmed(self._order),
                    policy=NOTIFY,
                    summary="Tell the customer and the restaurant",
                    express=self._order.express,
                )
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise
            workflow.logger.warning("order.nobody_told")

    async def _capture(self) -> None:
        """The pivot: from here on the undo is a refund, which has a workflow of its own."""
        await self._stop.or_result(self._money.capture())
        await self._row.record_payment("captured")
        await self._money.return_surplus()

    async def _seek_a_courier(self) -> None:
        errand = DeliverOrder(
            order_id=self._order.order_id,
            restaurant_id=self._order.restaurant_id,
            pickup=self._order.pickup,
            fee=self._page.quote.delivery_fee,
            ready_by=self._kitchen.ready_by,
        )
        self._undo.add("delivery", self._handover.call_off, errand)
        self._handover.start(errand)

    async def _deliver(self) -> None:
        """Once the customer has the food, nobody can end the order otherwise any more."""
        courier_id = await self._handover.see_it_through()
        self._stop.is_too_late = True
        await to_the_end(self._end_with_food(courier_id))

    # The ends.

    async def _end_with_food(self, courier_id: UUID) -> None:
        await self._row.advance(OrderStatus.DELIVERED, Actor.COURIER)
        await divide(self._page, courier_id)

    async def _end_without_food(self, cause: BaseException) -> None:
        """Undo what was begun, then say how it ended. Another run's order is left to that run."""
        ending = ending_of(cause, status=self._status)
        self._stop.ask(ending)
        self._page.calm()
        self._page.ask("")
        self._page.tell(escape(ending.cancellation.reason))
        await self._kitchen.withdraw()
        await self._undo.run()
        if isinstance(cause, DuplicateOrder):
            self._page.show(ending.status)
            return
        if not self._row.is_written:
            await self._row.record()
        await self._row.advance(
            ending.status, ending.cancellation.by, cancellation=ending.cancellation
        )
        if self._kitchen.has_cooked:
            await pay_for_the_work(self._page, self._handover.rider)

    async def _release(self, command: ReleaseStock) -> None:
        await execute(
            StockActivities.release_stock,
            command,
            policy=POSTGRES,
            summary="Put back what was not cooked, and the kitchen slot",
        )
        self._page.tell("The kitchen holds nothing for it any more.")

    # What others may ask of a running order. A verb each, because its name is its label.

    @update('The restaurant will cook. Data: {"preparation_minutes": 20}')
    async def accept(self, command: AcceptOrder) -> OrderStatus:
        """Answer once the order's row says so. Accepting an accepted order changes nothing.

        Where something ran out the order may end as rejected, because the customer wished so.
        Raises `IllegalTransition` where somebody who wanted the order to end was quicker.
        """
        self._kitchen.accept(command)
        return await self._once(lambda: self._status is not OrderStatus.CONFIRMED, "accepted")

    @accept.validator
    def _may_accept(self, command: AcceptOrder) -> None:
        self._permissions.to_accept(command)

    @update("The restaurant will not cook; nobody pays. Data: {}")
    async def reject(self, command: RejectOrder) -> OrderStatus:
        """Answer once the money is released and the order has ended."""
        self._kitchen.reject(command)
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @reject.validator
    def _may_reject(self, command: RejectOrder) -> None:
        self._permissions.to_reject(command)

    @update('The kitchen needs longer: 1 to 60 minutes. Data: {"minutes": 15}')
    async def delay(self, command: DelayOrder) -> OrderStatus:
        """Answer once it is written down. Each delay adds to the ones before."""
        which = self._kitchen.delay(command.minutes)
        return await self._once(lambda: self._kitchen.has_delayed(which), "delayed")

    @delay.validator
    def _may_delay(self, command: DelayOrder) -> None:
        self._permissions.to_delay(command)

    @update("The kitchen begins to cook: the customer can't cancel any more. Leave Data empty.")
    async def start_preparing(self) -> OrderStatus:
        self._kitchen.has_begun = True
        return await self._once(lambda: self._status is not OrderStatus.ACCEPTED, "prepared")

    @start_preparing.validator
    def _may_start_preparing(self) -> None:
        self._permissions.to_begin()

    @update("The food is ready for its courier. Leave Data empty.")
    async def mark_ready(self) -> OrderStatus:
        self._kitchen.is_done = True
        return await self._once(lambda: self._status is not OrderStatus.PREPARING, "ready")

    @mark_ready.validator
    def _may_mark_ready(self) -> None:
        self._permissions.to_finish()

    @update('Cancel and give all the money back. Data: {"by": "support", "late": true}')
    async def cancel(self, command: CancelOrder) -> OrderStatus:
        """Answer once the undo is done. Who wants to know at once waits for acceptance only."""
        self._stop.ask(asked_by(command.by, OrderStatus.CANCELLED, command.remark_id))
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @cancel.validator
    def _may_cancel(self, command: CancelOrder) -> None:
        self._permissions.to_cancel(command)

    @update("Look whether the customer has confirmed the payment. Leave Data empty.")
    async def look_at_payment(self) -> PaymentStatus:
        """Answer what is seen: at once, where the payment does not wait for the customer."""
        which = self._authentication.ask_to_look()
        await workflow.wait_condition(
            lambda: (
                self._status is not OrderStatus.PAYMENT_ACTION_REQUIRED
                or (self._authentication.has_looked(which) and self._money.waits_for_the_customer)
            )
        )
        return self._page.payment.status

    @workflow.signal(description="Something happened to the payment: look at it.")
    def payment_changed(self) -> None:
        self._authentication.ask_to_look()

    @workflow.signal(description="From the order's delivery: who has the food now.")
    def courier_moved(self, move: CourierMoved) -> None:
        self._handover.hear(move)

    # What the above is made of.

    @property
    def _status(self) -> OrderStatus:
        return self._row.status

    async def _once(self, done: Callable[[], bool], participle: str) -> OrderStatus:
        """Answer when it is done. Raises `IllegalTransition` where the order ended instead."""
        await workflow.wait_condition(lambda: done() or self._status.is_final)
        if self._status.is_final and self._stop.ending is not RAN_OUT:
            raise IllegalTransition(self._permissions.refusal(participle))
        return self._status

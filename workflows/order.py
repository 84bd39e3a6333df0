"""The saga of one order: reserve, pay, confirm, notify, let the kitchen decide, take the money."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.compensations import Compensations
from workflows.endings import NO_ANSWER, NO_FOOD, asked_by, ending_of
from workflows.markdown import escape
from workflows.money import OrderMoney
from workflows.page import OrderPage
from workflows.policies import FOOD_DEADLINE, NOTIFY, ORDERS, POSTGRES
from workflows.shield import to_the_end
from workflows.steps import execute
from workflows.stop import Stop
from workflows.updates import update

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities
    from activities.orders import OrderActivities
    from activities.stock import StockActivities
    from domain.errors import DomainError, DuplicateOrder, IllegalTransition, TooLateToCancel
    from domain.notifications import confirmed
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
        RejectOrder,
        step_key,
    )
    from domain.payments import OrderPayment, RefundStatus
    from domain.stock import ReleaseStock, ReserveStock

TASK_QUEUE = ORDERS

# While the row is being written the status still is the first of the two.
_DECIDED = frozenset({OrderStatus.CONFIRMED, OrderStatus.ACCEPTED})


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
        self._stop = Stop()
        self._page = OrderPage(order, OrderPayment.pending(order.quote.total.currency))
        self._money = OrderMoney(order, self._page)

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
                self._stop.heed()
        except (DomainError, FailureError, asyncio.CancelledError) as cause:
            await to_the_end(self._end_without_food(cause))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return OrderOutcome(
            order_id=order.order_id,
            status=self._status,
            refund_status=self._money.refund_status,
            message=self._stop.ending.cancellation.reason if self._stop.ending else "",
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
        self._page.tell("The order was placed.")

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
        await self._advance(OrderStatus.RESERVED, Actor.SYSTEM)

    async def _pay(self) -> None:
        self._undo.add("money", self._money.void, self._money.to_void)
        await self._stop.or_result(self._money.authorize())

    async def _confirm(self) -> None:
        await self._advance(OrderStatus.CONFIRMED, Actor.SYSTEM, payment=self._money.payment)

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

    async def _let_the_kitchen_decide(self) -> None:
        if not self._accepted:
            await self._wait_for_the_kitchen()
        self._stop.heed()
        actor = Actor.SYSTEM if self._order.auto_accept else Actor.RESTAURANT
        await self._advance(OrderStatus.ACCEPTED, actor)

    async def _wait_for_the_kitchen(self) -> None:
        patience = timedelta(minutes=self._order.acceptance_minutes)
        until = workflow.now() + patience
        self._page.ask(
            f"The restaurant accepts or rejects until {until:%H:%M} UTC, else it is rejected."
        )
        try:
            await workflow.wait_condition(
                lambda: self._accepted or self._stop.is_asked,
                timeout=patience,
                timeout_summary="The restaurant's time to answer; then the order is rejected",
            )
        except TimeoutError:
            if not self._accepted:
                self._stop.ask(NO_ANSWER)
        self._page.ask("")

    async def _capture(self) -> None:
        """The pivot: from here on the undo is a refund, which has a workflow of its own."""
        self._undo.add("money", self._money.refund, self._money.to_refund)
        await self._stop.or_result(self._money.capture())
        await self._money.record()

    async def _wait_for_food(self) -> None:
        until = workflow.now() + FOOD_DEADLINE
        self._page.ask(f"Cancel it if need be; else it is refunded at {until:%d %B %H:%M} UTC.")
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._stop.is_asked,
                timeout=FOOD_DEADLINE,
                timeout_summary="The time to deliver; then the order is cancelled and refunded",
            )
        self._stop.ask(NO_FOOD)

    # The undos.

    async def _release(self, command: ReleaseStock) -> None:
        await execute(
            StockActivities.release_stock,
            command,
            policy=POSTGRES,
            summary="Put the dishes and the kitchen slot back",
        )
        self._page.tell("The dishes were put back.")

    async def _end_without_food(self, cause: BaseException) -> None:
        """Undo what was begun, then say how it ended. Another run's order is left to that run."""
        ending = ending_of(cause, status=self._status)
        self._stop.ask(ending)
        self._page.ask("")
        self._page.tell(escape(ending.cancellation.reason))
        await self._undo.run()
        if isinstance(cause, DuplicateOrder):
            self._page.show(ending.status)
            return
        if not self._recorded:
            await self._record()
        # From a refund on, its workflow writes what became of the money; until it does, the order
        # says that the money is on its way.
        handed_on = self._money.refund_status is not RefundStatus.NONE
        await self._advance(
            ending.status,
            ending.cancellation.by,
            payment=None if handed_on else self._money.payment,
            cancellation=ending.cancellation,
        )

    # What others may ask of a running order. A verb each, because its name is its label.

    @update('The restaurant will cook. Data: {"preparation_minutes": 20}')
    async def accept(self, command: AcceptOrder) -> OrderStatus:
        """Answer once the order's row says so. Accepting an accepted order changes nothing.

        Raises `IllegalTransition` where somebody who wanted the order to end was quicker.
        """
        self._accepted = True
        if command.preparation_minutes is not None:
            self._page.tell(f"The restaurant needs {command.preparation_minutes} minutes.")
        await workflow.wait_condition(lambda: self._status is not OrderStatus.CONFIRMED)
        if self._status.is_final:
            raise IllegalTransition(self._refusal("accepted"))
        return self._status

    @accept.validator
    def _may_accept(self, command: AcceptOrder) -> None:  # noqa: ARG002 - the signature is the update's.
        repeated = self._accepted and not self._stop.is_asked and self._status in _DECIDED
        if not (self._awaits_the_kitchen or repeated):
            raise IllegalTransition(self._refusal("accepted"))

    @update("The restaurant will not cook; nobody pays. Data: {}")
    async def reject(self, command: RejectOrder) -> OrderStatus:
        """Answer once the money is released and the order has ended."""
        self._stop.ask(asked_by(Actor.RESTAURANT, OrderStatus.REJECTED, command.remark_id))
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @reject.validator
    def _may_reject(self, command: RejectOrder) -> None:  # noqa: ARG002 - the signature is the update's.
        if not (self._awaits_the_kitchen or self._stop.ends_as(OrderStatus.REJECTED)):
            raise IllegalTransition(self._refusal("rejected"))

    @update('Cancel and give all the money back, until the kitchen cooks. Data: {"by": "support"}')
    async def cancel(self, command: CancelOrder) -> OrderStatus:
        """Answer once the undo is done. Who wants to know at once waits for acceptance only."""
        self._stop.ask(asked_by(command.by, OrderStatus.CANCELLED, command.remark_id))
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @cancel.validator
    def _may_cancel(self, command: CancelOrder) -> None:  # noqa: ARG002 - the signature is the update's.
        open_ = not self._stop.is_asked and self._status in CANCELLABLE
        if not (open_ or self._stop.ends_as(OrderStatus.CANCELLED)):
            raise TooLateToCancel(self._refusal("cancelled"))

    # What the above is made of.

    @property
    def _status(self) -> OrderStatus:
        return self._page.status

    @property
    def _awaits_the_kitchen(self) -> bool:
        undecided = not self._accepted and not self._stop.is_asked
        return undecided and self._status is OrderStatus.CONFIRMED

    def _refusal(self, participle: str) -> str:
        ending = self._stop.ending
        now = f"ends as {ending.status}" if ending else f"is {self._status}"
        return f"The order {now}: it can't be {participle}."

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
                key=step_key(self._order.order_id, status),
                status=status,
                actor=actor,
                payment=payment,
                refund_status=self._money.refund_status,
                cancellation=cancellation,
            ),
            policy=POSTGRES,
            summary=f"Write down: {status.value.replace('_', ' ')}",
        )
        self._page.show(status)

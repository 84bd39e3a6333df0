"""The saga of one order: reserve, pay, confirm, notify; the kitchen, the courier, and the money."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows import links
from workflows.attention import Attentive
from workflows.authentication import Authentication
from workflows.compensations import Compensations
from workflows.confirmation import Confirmation
from workflows.earnings import divide, pay_for_the_work
from workflows.endings import RAN_OUT, asked_by, ending_of
from workflows.handover import Handover
from workflows.kitchen import Kitchen
from workflows.markdown import escape
from workflows.money import OrderMoney
from workflows.order_desk import OrderDesk
from workflows.order_signals import PART_REFUNDED, workflow_id
from workflows.page import OrderPage
from workflows.permissions import Permissions
from workflows.policies import ORDERS
from workflows.reservation import Reservation
from workflows.row import OrderRow
from workflows.shield import to_the_end
from workflows.stop import Stop
from workflows.updates import NO_DATA, update

with workflow.unsafe.imports_passed_through():
    from domain import ledger
    from domain.deliveries import CourierMoved
    from domain.desk import Mandate
    from domain.errors import DomainError, DuplicateOrder, IllegalTransition
    from domain.orders import Actor, Cancellation, OrderStatus, PlaceOrder
    from domain.payments import OrderPayment, PaymentStatus
    from domain.progress import (
        AcceptOrder,
        AddNote,
        CancelOrder,
        DelayOrder,
        OrderOutcome,
        RejectOrder,
    )

TASK_QUEUE = ORDERS

__all__ = ["TASK_QUEUE", "OrderWorkflow", "workflow_id"]


@workflow.defn(failure_exception_types=[DomainError])
class OrderWorkflow(Attentive):
    """Bring an order to the table, or leave nothing of it but the reason."""

    @workflow.init
    def __init__(self, order: PlaceOrder) -> None:
        self._order = order
        self._undo = Compensations()
        self._stop = Stop()
        nothing = OrderPayment.pending(order.quote.total.currency)
        self._page = OrderPage(order, nothing, links.of_this_workflow())
        self.attention = self._page.attention
        self._row = OrderRow(self._page)
        self._money = OrderMoney(self._page, self._undo)
        self._reservation = Reservation(self._row, self._stop, self._undo)
        self._authentication = Authentication(self._page, self._stop, self._money)
        self._handover = Handover(self._row, self._stop)
        self._kitchen = Kitchen(self._row, self._stop, self._money, self._handover)
        self._confirmation = Confirmation(self._page, self._stop)
        self._permissions = Permissions(self._row, self._stop, self._kitchen)
        self._desk = OrderDesk(self._row, self._confirmation)

    @workflow.run
    async def run(self, order: PlaceOrder) -> OrderOutcome:
        try:
            for step in (
                self._row.record,
                self._reservation.reserve,
                self._pay,
                self._confirm,
                self._confirmation.tell,
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

    async def _pay(self) -> None:
        await self._stop.or_result(self._money.authorize())
        if self._money.waits_for_the_customer:
            await self._row.advance(OrderStatus.PAYMENT_ACTION_REQUIRED, Actor.SYSTEM)
            await self._authentication.wait()

    async def _confirm(self) -> None:
        await self._row.advance(OrderStatus.CONFIRMED, Actor.SYSTEM)

    async def _capture(self) -> None:
        """The pivot: from here on the undo is a refund, which has a workflow of its own."""
        await self._stop.or_result(self._money.capture())
        await self._row.record_payment("captured")
        await self._money.return_surplus()

    async def _seek_a_courier(self) -> None:
        errand = self._handover.errand(self._kitchen.ready_by)
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
        self._page.waits_no_more()
        self._page.tell(escape(ending.cancellation.reason))
        await self._kitchen.withdraw()
        kept = ending.cancellation.kept
        if kept:
            self._page.kept = kept
            self._money.keep(kept)
        await self._undo.run()
        if isinstance(cause, DuplicateOrder):
            self._page.show(ending.status)
            return
        if not self._row.is_written:
            await self._row.record()
        await self._row.advance(
            ending.status, ending.cancellation.by, cancellation=ending.cancellation
        )
        if self._kitchen.has_cooked or kept:
            await pay_for_the_work(
                self._page,
                has_cooked=self._kitchen.has_cooked,
                rider=self._handover.rider,
                payer=ledger.CUSTOMER if kept else ledger.PLATFORM,
            )

    # What support may ask of a running order. A verb each, because its name is its label. Who asks
    # in the Temporal UI sends no mandate: there it is unknown who it is, and no money moves so.

    @update(f"Try what keeps failing again at once. {NO_DATA}")
    async def retry_now(self, mandate: Mandate | None = None) -> list[str]:  # noqa: ARG002
        """The names of the steps. Raises `IllegalTransition` where none fails."""
        return await self._desk.retry()

    @retry_now.validator
    def _may_retry_now(self, mandate: Mandate | None = None) -> None:
        self._permissions.to_retry(mandate)

    @update(f"Send the customer's confirmation again. {NO_DATA}")
    async def resend_confirmation(self, mandate: Mandate | None = None) -> None:  # noqa: ARG002
        await self._desk.resend_confirmation()

    @resend_confirmation.validator
    def _may_resend_confirmation(self, mandate: Mandate | None = None) -> None:
        self._permissions.to_resend_confirmation(mandate)

    @update('Say that there is a note, whose text is kept elsewhere. Data: {"remark_id": "…"}')
    async def add_note(self, note: AddNote) -> None:
        await self._desk.add_note(note)

    @add_note.validator
    def _may_add_note(self, note: AddNote) -> None:
        self._permissions.to_add_note(note)

    # What the others may ask of it.

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
        which = self._kitchen.delay(command)
        return await self._once(lambda: self._kitchen.has_delayed(which), "delayed")

    @delay.validator
    def _may_delay(self, command: DelayOrder) -> None:
        self._permissions.to_delay(command)

    @update(f"The kitchen begins to cook: the customer can't cancel any more. {NO_DATA}")
    async def start_preparing(self) -> OrderStatus:
        self._kitchen.has_begun = True
        return await self._once(lambda: self._status is not OrderStatus.ACCEPTED, "prepared")

    @start_preparing.validator
    def _may_start_preparing(self) -> None:
        self._permissions.to_begin()

    @update(f"The food is ready for its courier. {NO_DATA}")
    async def mark_ready(self) -> OrderStatus:
        self._kitchen.is_done = True
        return await self._once(lambda: self._status is not OrderStatus.PREPARING, "ready")

    @mark_ready.validator
    def _may_mark_ready(self) -> None:
        self._permissions.to_finish()

    @update(
        "Cancel while nothing is taken yet; from then on do it on the support page. "
        'Data: {"by": "support", "late": true}'
    )
    async def cancel(self, command: CancelOrder) -> OrderStatus:
        """Answer once the undo is done. Who wants to know at once waits for acceptance only."""
        cancelled = OrderStatus.CANCELLED
        self._stop.ask(asked_by(command.by, cancelled, command.remark_id, kept=command.keep))
        await workflow.wait_condition(lambda: self._status.is_final)
        return self._status

    @cancel.validator
    def _may_cancel(self, command: CancelOrder) -> None:
        self._permissions.to_cancel(command)

    @workflow.query(description="Who ends it without food, and why; null while nobody does.")
    def cancellation(self) -> Cancellation | None:
        """Known from the moment it is asked for; the row has it once the undo is done."""
        return self._stop.ending.cancellation if self._stop.ending else None

    @update(f"Look whether the customer has confirmed the payment. {NO_DATA}")
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

    @workflow.signal(
        name=PART_REFUNDED, description="From a refund that support decided: the payment since."
    )
    def part_refunded(self, payment: OrderPayment) -> None:
        self._page.hear_of_part(payment)

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

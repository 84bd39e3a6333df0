"""The money side of an order's saga: hold it, take it, and the two ways back."""

from temporalio import workflow
from temporalio.common import TypedSearchAttributes
from temporalio.exceptions import FailureError
from temporalio.workflow import (
    ChildWorkflowCancellationType,
    ChildWorkflowHandle,
    ParentClosePolicy,
)

from workflows.page import OrderPage
from workflows.policies import CAPTURE, MONEY_BACK, PAY, PAYMENTS, POSTGRES, REFUND_PATIENCE
from workflows.refund import RefundWorkflow
from workflows.refund import workflow_id as refund_workflow_id
from workflows.search_attributes import ORDER_STATUS, REFUND_STATUS
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.orders import OrderActivities
    from activities.payments import PaymentActivities
    from domain.errors import DomainError
    from domain.orders import PlaceOrder, RecordPayment, step_key
    from domain.payments import (
        AuthorizePayment,
        CapturePayment,
        OrderPayment,
        Owed,
        OweMoney,
        RefundResult,
        RefundStatus,
        VoidPayment,
    )


class OrderMoney:
    """`payment` is where the money stands, as far as this workflow has heard."""

    def __init__(self, order: PlaceOrder, page: OrderPage) -> None:
        self._order = order
        self._page = page
        self.refund_status = RefundStatus.NONE

    @property
    def payment(self) -> OrderPayment:
        return self._page.payment

    @property
    def to_void(self) -> VoidPayment:
        return VoidPayment(
            order_id=self._order.order_id,
            key=self._key("void"),
            undoes=self._key("authorize"),
            currency=self._order.quote.total.currency,
        )

    @property
    def to_refund(self) -> OweMoney:
        return self._owe(Owed.CAPTURED)

    async def authorize(self) -> None:
        order = self._order
        self._page.payment = await execute(
            PaymentActivities.authorize_payment,
            AuthorizePayment(
                order_id=order.order_id,
                key=self._key("authorize"),
                customer_id=order.customer_id,
                amount=order.quote.total,
                payment_method=order.payment_method,
            ),
            policy=PAY,
            summary=f"Hold {order.quote.total} on the card",
            express=order.express,
        )
        self._page.tell(f"{order.quote.total} are held on the card.")

    async def capture(self) -> None:
        total = self._order.quote.total
        self._page.payment = await execute(
            PaymentActivities.capture_payment,
            CapturePayment(order_id=self._order.order_id, key=self._key("capture"), amount=total),
            policy=CAPTURE,
            summary=f"Take the {total} that are held",
        )
        self._page.tell(f"{total} were taken.")

    async def record(self) -> None:
        """Write on the order's row that the money was taken."""
        await execute(
            OrderActivities.record_payment,
            RecordPayment(
                order_id=self._order.order_id,
                key=self._key("captured"),
                refund_status=RefundStatus.NONE,
                payment=self.payment,
            ),
            policy=POSTGRES,
            summary="Write down: money taken",
        )

    async def void(self, command: VoidPayment) -> None:
        """Release the hold; where that fails too often, leave it to a workflow of its own."""
        try:
            self._page.payment = await execute(
                PaymentActivities.void_payment,
                command,
                policy=MONEY_BACK,
                summary=f"Release the hold of {self._order.quote.total}",
            )
        except (DomainError, FailureError):
            await self.refund(self._owe(Owed.HELD))
            return
        self._page.tell("Nothing is held on the card any more.")
        if self.payment.captured != self.payment.refunded:
            # The capture had landed after all, and what it took is still on its way back.
            await self.refund(self._owe(Owed.CAPTURED))

    async def refund(self, owed: OweMoney) -> None:
        """Hand the money over to its own workflow, and wait a little for it to be done."""
        self._show(RefundStatus.PENDING)
        try:
            refund = await self._start_refund(owed)
            await workflow.wait_condition(
                refund.done, timeout=REFUND_PATIENCE, timeout_summary="The refund, for a while"
            )
            self._page.payment = (await refund).payment
        except (TimeoutError, FailureError):
            # It takes longer, runs already, or was ended by somebody: none keeps the order open.
            self._page.tell("The money is owed; its own workflow gives it back.")
            return
        self._show(self.payment.refund_status)
        self._page.tell("The customer has all the money back.")

    async def _start_refund(
        self, owed: OweMoney
    ) -> ChildWorkflowHandle[RefundWorkflow, RefundResult]:
        return await workflow.start_child_workflow(
            RefundWorkflow.run,
            owed,
            id=refund_workflow_id(owed.order_id, owed.owed),
            task_queue=PAYMENTS,
            parent_close_policy=ParentClosePolicy.ABANDON,
            cancellation_type=ChildWorkflowCancellationType.ABANDON,
            static_summary=f"Refund of {owed.amount}",
            search_attributes=self._search_attributes(),
        )

    def _show(self, status: RefundStatus) -> None:
        self.refund_status = status
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(status.value)])

    def _search_attributes(self) -> TypedSearchAttributes:
        """Of the refund: those of the order that don't change, so that it never shows old ones."""
        of_order = workflow.info().typed_search_attributes
        return TypedSearchAttributes(
            [pair for pair in of_order if pair.key not in (ORDER_STATUS, REFUND_STATUS)]
        )

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

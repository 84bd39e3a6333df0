"""The money side of an order's saga: hold it, take it, and the ways back."""

from dataclasses import replace
from datetime import UTC, datetime

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import (
    ChildWorkflowCancellationType,
    ChildWorkflowHandle,
    ParentClosePolicy,
)

from workflows.compensations import Compensations
from workflows.page import OrderPage
from workflows.policies import (
    CAPTURE,
    MONEY_BACK,
    PAY,
    PAYMENTS,
    REFUND_PATIENCE,
    RENEWAL_MARGIN,
    TASK_TIMEOUT,
)
from workflows.refund import RefundWorkflow
from workflows.refund import workflow_id as refund_workflow_id
from workflows.search_attributes import of_children
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.payments import PaymentActivities
    from domain import ledger
    from domain.errors import AuthorizationLost, DomainError
    from domain.money import Money
    from domain.orders import step_key
    from domain.payments import (
        Authorization,
        AuthorizePayment,
        CapturePayment,
        CheckPayment,
        OrderPayment,
        PaymentStatus,
        VoidPayment,
    )
    from domain.refunds import Liable, Owed, OweMoney, RefundPart, RefundReason, RefundResult

_NEVER = datetime.max.replace(tzinfo=UTC)


def _renewal_of(capture_before: datetime | None) -> datetime:
    """A short hold is renewed after half its time, and one that lapsed only when it is wanted."""
    if capture_before is None or capture_before <= workflow.now():
        return _NEVER
    return capture_before - min(RENEWAL_MARGIN, (capture_before - workflow.now()) / 2)


def _amount(money: Money) -> int:
    return money.amount


class OrderMoney:
    """`renew_at` is when the hold on the card has to be renewed; never, where nothing is held.

    It keeps the undo of the money up to date: a void of all authorizations that were begun, and
    from the capture on a refund.
    """

    def __init__(self, page: OrderPage, undo: Compensations) -> None:
        self._order = page.order
        self._page = page
        self._undo = undo
        self._authorizations: list[str] = []
        self.renew_at = _NEVER

    @property
    def payment(self) -> OrderPayment:
        return self._page.payment

    @property
    def waits_for_the_customer(self) -> bool:
        return self.payment.status is PaymentStatus.REQUIRES_ACTION

    # The steps of the order.

    async def authorize(self) -> None:
        """Hold what the order costs, once more where it was held before. The undo comes first."""
        again = len(self._authorizations) > 0
        step = f"authorize:{len(self._authorizations) + 1}" if again else "authorize"
        self._authorizations.append(self._key(step))
        self._undo.add("money", self.void, self._to_void())
        total = self._page.quote.total
        authorization = await execute(
            PaymentActivities.authorize_payment,
            AuthorizePayment(
                order_id=self._order.order_id,
                key=self._authorizations[-1],
                customer_id=self._order.customer_id,
                amount=total,
                payment_method=self._order.payment_method,
                again=again,
            ),
            policy=PAY,
            summary=f"Hold {total} on the card",
            express=self._order.express,
        )
        self._see(authorization)

    async def check(self) -> None:
        """Look what became of an authorization that waits for the customer."""
        command = CheckPayment(order_id=self._order.order_id, key=self._authorizations[-1])
        authorization = await execute(
            PaymentActivities.check_payment,
            command,
            policy=PAY,
            summary="Has the customer confirmed the payment?",
        )
        self._see(authorization)

    async def capture(self) -> None:
        """The pivot. A hold that lapsed unnoticed is renewed once."""
        try:
            await self._capture("capture")
        except AuthorizationLost:
            await self.authorize()
            await self._capture("capture:2")
        self.renew_at = _NEVER
        self._page.tell(f"{self.payment.captured} were taken.")

    async def return_surplus(self) -> None:
        """What was taken at once may be more than is cooked. A workflow of its own returns it."""
        captured, refunded = self.payment.captured, self.payment.refunded
        # What support gave back meanwhile was for something else, but can't be given twice.
        surplus = min(captured - self._page.quote.total, captured - refunded, key=_amount)
        if surplus.amount <= 0:
            return
        try:
            await self._start_refund(self._owe_part(surplus))
        except FailureError:
            # It is there already, or whoever reconciles finds it missing: the food goes on.
            workflow.logger.warning("order.surplus_not_started")
        self._page.tell(f"{surplus} go back: what they were for is not cooked.")

    def keep(self, fee: Money) -> None:
        """From now on the undo gives everything back but this, of what was taken."""
        owed = self._owe(Owed.CAPTURED)
        back = self.payment.captured - fee
        self._undo.add("money", self.refund, replace(owed, amount=back, keep=fee))

    # The undos.

    async def void(self, command: VoidPayment) -> None:
        """Release the hold; where that fails too often, leave it to a workflow of its own."""
        try:
            self._page.payment = await execute(
                PaymentActivities.void_payment,
                command,
                policy=MONEY_BACK,
                summary=f"Release the hold of {self._page.quote.total}",
            )
        except (DomainError, FailureError):
            await self.refund(self._owe(Owed.HELD))
            return
        self._page.tell("Nothing is held on the card any more.")
        if self.payment.captured != self.payment.refunded:
            # It was taken after all, and is still on its way back.
            await self.refund(self._owe(Owed.CAPTURED))

    async def refund(self, owed: OweMoney) -> None:
        """Hand the money over to its own workflow, and wait a little for it to be done."""
        self._page.show_refund(handed_on=True)
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
        self._page.show_refund(handed_on=False)
        but = f" but {owed.keep}" if owed.keep else ""
        self._page.tell(f"The customer has all the money back{but}.")

    # What the above is made of.

    def _see(self, authorization: Authorization) -> None:
        self._page.payment = authorization.payment
        self._page.payment_intent_id = authorization.payment_intent_id
        self.renew_at = _renewal_of(authorization.capture_before)
        if not self.waits_for_the_customer:
            self._page.tell(f"{self._page.quote.total} are secured.")

    async def _capture(self, step: str) -> None:
        self._undo.add("money", self.refund, self._owe(Owed.CAPTURED))
        total = self._page.quote.total
        self._page.payment = await execute(
            PaymentActivities.capture_payment,
            CapturePayment(order_id=self._order.order_id, key=self._key(step), amount=total),
            policy=CAPTURE,
            summary=f"Take {total}",
        )

    def _to_void(self) -> VoidPayment:
        return VoidPayment(
            order_id=self._order.order_id,
            key=self._key("void"),
            undoes=[*self._authorizations],
            currency=self._order.quote.total.currency,
        )

    def _owe(self, owed: Owed) -> OweMoney:
        return OweMoney(
            order_id=self._order.order_id,
            customer_id=self._order.customer_id,
            restaurant_id=self._order.restaurant_id,
            amount=self._page.quote.total,
            owed=owed,
            authorizations=[*self._authorizations],
        )

    def _owe_part(self, surplus: Money) -> OweMoney:
        """Nobody earned it, so it comes out of what is the customer's, settled or not."""
        part = RefundPart(
            order_id=self._order.order_id,
            key=self._key("unavailable"),
            amount=surplus,
            liable=Liable.PLATFORM,
            liable_account=ledger.CUSTOMER,
            reason=RefundReason.ITEMS_UNAVAILABLE,
        )
        return replace(self._owe(Owed.PART), amount=surplus, part=part)

    async def _start_refund(
        self, owed: OweMoney
    ) -> ChildWorkflowHandle[RefundWorkflow, RefundResult]:
        return await workflow.start_child_workflow(
            RefundWorkflow.run,
            owed,
            id=refund_workflow_id(owed),
            task_queue=PAYMENTS,
            task_timeout=TASK_TIMEOUT,
            parent_close_policy=ParentClosePolicy.ABANDON,
            cancellation_type=ChildWorkflowCancellationType.ABANDON,
            static_summary=f"Refund of {owed.amount}",
            search_attributes=of_children(),
            memo=self._page.links.memo,
        )

    def _key(self, step: str) -> str:
        return step_key(self._order.order_id, step)

"""Money that belongs to a customer and is not back yet: one workflow until it is."""

from dataclasses import replace
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.policies import (
    MONEY_BACK,
    NOTIFY,
    OWED_FIRST_WAIT,
    OWED_LONGEST_WAIT,
    POSTGRES_FROM_AFAR,
)
from workflows.search_attributes import ATTENTION_REASON, REFUND_STATUS
from workflows.shield import to_the_end
from workflows.steps import execute
from workflows.updates import update

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities
    from activities.orders import OrderActivities
    from activities.payments import PaymentActivities
    from domain.errors import DomainError
    from domain.notifications import (
        Audience,
        DeliverNotifications,
        NotificationType,
        notification,
    )
    from domain.orders import RecordPayment, step_key
    from domain.payments import (
        OrderPayment,
        Owed,
        OweMoney,
        RefundPayment,
        RefundResult,
        RefundState,
        RefundStatus,
        VoidPayment,
    )


def workflow_id(order_id: UUID, owed: Owed) -> str:
    return f"refund-{order_id}-{owed}"


@workflow.defn(failure_exception_types=[DomainError])
class RefundWorkflow:
    """Give the money back, however long that takes, and say so while it takes.

    The engine's cancel does not end it: the money would still be owed.
    """

    @workflow.init
    def __init__(self, owed: OweMoney) -> None:
        self._owed = owed
        self._attempt = owed.attempt
        self._told = owed.told
        self._written = owed.written
        self._status: RefundStatus | None = None
        self._wait = OWED_FIRST_WAIT
        self._try_now = False

    @workflow.run
    async def run(self, owed: OweMoney) -> RefundResult:
        result = await to_the_end(self._give_back())
        while result is None:
            await to_the_end(self._wait_for_the_next_try())
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(
                    replace(owed, attempt=self._attempt, told=self._told, written=self._written)
                )
            result = await to_the_end(self._give_back())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return result

    @update("Try the refund again now. Leave Data empty.")
    async def retry_refund_now(self) -> None:
        self._try_now = True

    async def _give_back(self) -> RefundResult | None:
        """Try once, as often as the policy says; None where the money is still owed."""
        self._try_now = False
        try:
            result = (
                await self._refund() if self._owed.owed is Owed.CAPTURED else await self._void()
            )
        except (DomainError, FailureError):
            await self._tell_that_it_is_due("The payment service did not take the refund.")
            return None
        match result.state:
            case RefundState.SUCCEEDED:
                await self._write(result.payment.refund_status, result.payment)
                return result
            case RefundState.PENDING:
                await self._write(RefundStatus.PENDING, result.payment)
            case RefundState.FAILED:
                self._attempt += 1
                await self._tell_that_it_is_due("The bank returned the refund.")
        return None

    async def _refund(self) -> RefundResult:
        """Give back what was captured; where nothing was, the hold is released instead."""
        command = RefundPayment(
            order_id=self._owed.order_id,
            key=self._key("refund"),
            undoes=self._key("capture"),
            currency=self._owed.amount.currency,
            attempt=self._attempt,
        )
        return await execute(
            PaymentActivities.refund_payment,
            command,
            policy=MONEY_BACK,
            summary=f"Give {self._owed.amount} back",
        )

    async def _void(self) -> RefundResult:
        command = VoidPayment(
            order_id=self._owed.order_id,
            key=self._key("void"),
            undoes=self._key("authorize"),
            currency=self._owed.amount.currency,
        )
        payment = await execute(
            PaymentActivities.void_payment,
            command,
            policy=MONEY_BACK,
            summary=f"Release the hold of {self._owed.amount}",
        )
        return RefundResult(state=RefundState.SUCCEEDED, payment=payment)

    async def _wait_for_the_next_try(self) -> None:
        """Wait for the next try's time, or for somebody who asks for it now."""
        until = workflow.now() + self._wait
        self._show(f"The next try is at {until:%H:%M} UTC.")
        try:
            await workflow.wait_condition(
                lambda: self._try_now,
                timeout=self._wait,
                timeout_summary="Until the refund is tried again",
            )
        except TimeoutError:
            self._wait = min(self._wait * 2, OWED_LONGEST_WAIT)

    async def _tell_that_it_is_due(self, why: str) -> None:
        """Raise a hand in the UI, and tell the customer, once, that we owe the money."""
        workflow.upsert_search_attributes([ATTENTION_REASON.value_set(f"Refund due: {why}")])
        await self._write(RefundStatus.DUE, None)
        if self._told:
            return
        self._told = True
        told = notification(
            NotificationType.MONEY_OWED,
            Audience.CUSTOMER,
            self._owed.customer_id,
            order_id=self._owed.order_id,
            total=self._owed.amount,
        )
        try:
            await execute(
                NotificationActivities.deliver_notifications,
                DeliverNotifications(order_id=self._owed.order_id, notifications=[told]),
                policy=NOTIFY,
                summary="Tell the customer that we owe the money",
            )
        except FailureError:
            # The refund itself matters more than the news of its delay.
            workflow.logger.warning("refund.customer_not_told")

    async def _write(self, status: RefundStatus, payment: OrderPayment | None) -> None:
        """Write the refund's status on the order's row, where it changed."""
        if status is self._status:
            return
        self._status = status
        self._written += 1
        if status is not RefundStatus.DUE:
            workflow.upsert_search_attributes([ATTENTION_REASON.value_unset()])
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(status.value)])
        await execute(
            OrderActivities.record_payment,
            RecordPayment(
                order_id=self._owed.order_id,
                # Numbered, because the same status may come again: due, on its way, and due again.
                key=self._key(f"refund:{self._written}"),
                refund_status=status,
                payment=payment,
            ),
            policy=POSTGRES_FROM_AFAR,
            summary=f"Write down: refund {status}",
        )
        self._show("")

    def _show(self, next_try: str) -> None:
        heading = "REFUND DUE" if self._status is RefundStatus.DUE else "REFUND"
        workflow.set_current_details(
            f"## {heading}\n{self._owed.amount} belong to the customer of order "
            f"`{self._owed.order_id}`. {next_try}\n\n"
            "> **To do:** nothing, it is tried again until it works. To try at once: More Actions, "
            "Send an Update, **retry\\_refund\\_now**."
        )

    def _key(self, step: str) -> str:
        return step_key(self._owed.order_id, step)

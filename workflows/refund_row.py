"""Where an order's money stands, written on the order's row by its refund."""

from temporalio import workflow

from workflows.order_signals import tell_of_part
from workflows.policies import POSTGRES_FROM_AFAR
from workflows.refund_attempts import key_of
from workflows.refund_page import RefundPage
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.orders import OrderActivities
    from domain.errors import DomainError
    from domain.orders import RecordPayment
    from domain.payments import OrderPayment
    from domain.refunds import OweMoney


class RefundRow:
    """`written` counts what was: the same status may come again."""

    def __init__(self, owed: OweMoney, page: RefundPage) -> None:
        self._owed = owed
        self._page = page
        self._payment: OrderPayment | None = None
        self.written = owed.written

    async def write(self, payment: OrderPayment) -> None:
        """Where it changed; on the page always."""
        self._page.show(payment)
        if payment == self._payment:
            return
        self._payment = payment
        self.written += 1
        command = RecordPayment(
            order_id=self._owed.order_id,
            # Numbered, because the same status may come again: due, on its way, and due again.
            key=f"{key_of(self._owed)}:{self.written}",
            payment=payment,
        )
        try:
            await execute(
                OrderActivities.record_payment,
                command,
                policy=POSTGRES_FROM_AFAR,
                summary=f"Write down: refund {payment.refund_status}",
            )
        except DomainError:
            # The money goes back also where there is no row to write it on.
            workflow.logger.warning("refund.order_not_written")
        if self._owed.part and payment.refunded.amount and workflow.patched("tells_its_order"):
            await tell_of_part(self._owed.order_id, payment)

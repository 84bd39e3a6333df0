"""What a refund tells its order's workflow: by name, because that one imports the refund's."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.payments import OrderPayment

PART_REFUNDED = "part_refunded"
"""The signal: what the order's payment is since."""


def workflow_id(order_id: UUID) -> str:
    return f"order-{order_id}"


async def tell_of_part(order_id: UUID, payment: OrderPayment) -> None:
    """An order that has ended shows what it was: then nobody listens, and that is no failure."""
    handle = workflow.get_external_workflow_handle(workflow_id(order_id))
    try:
        await handle.signal(PART_REFUNDED, payment)
    except FailureError:
        workflow.logger.info("refund.order_has_ended")

"""One attempt at giving money back, by what keeps it."""

from dataclasses import replace

from temporalio import workflow

from workflows.policies import BOOKS, MONEY_BACK
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.payments import PaymentActivities
    from activities.refunds import RefundActivities
    from domain.orders import step_key
    from domain.payments import OrderPayment, VoidPayment
    from domain.refunds import Owed, OweMoney, RefundPart, RefundPayment, RefundResult, RefundState


# The last parts of the keys under which all of a payment is undone.
UNDO_OF_HOLD = "void"
UNDO_OF_CAPTURE = "refund"


def key_of(owed: OweMoney) -> str:
    """Of the undo or the decision, and so of its case."""
    if owed.part:
        return owed.part.key
    undo = UNDO_OF_HOLD if owed.owed is Owed.HELD else UNDO_OF_CAPTURE
    return step_key(owed.order_id, undo)


async def plan(part: RefundPart) -> OrderPayment:
    """Raises `RefundExceedsCaptured` and `IdempotencyKeyReused`."""
    return await execute(
        RefundActivities.plan_refund,
        part,
        policy=BOOKS,
        summary=f"Promise {part.amount} to the customer",
    )


async def give_back(owed: OweMoney, attempt: int) -> RefundResult:
    """Try once, as often as the policy says."""
    if owed.part:
        return await execute(
            RefundActivities.refund_part,
            replace(owed.part, attempt=attempt),
            policy=MONEY_BACK,
            summary=f"Give {owed.amount} back",
        )
    return await (_release(owed) if owed.owed is Owed.HELD else _refund(owed, attempt))


async def _refund(owed: OweMoney, attempt: int) -> RefundResult:
    """Give back what was captured; where nothing was, the hold is released instead."""
    command = RefundPayment(
        order_id=owed.order_id,
        key=key_of(owed),
        undoes=step_key(owed.order_id, "capture"),
        currency=owed.amount.currency,
        attempt=attempt,
        keep=owed.keep,
    )
    return await execute(
        PaymentActivities.refund_payment,
        command,
        policy=MONEY_BACK,
        summary=f"Give {owed.amount} back",
    )


async def _release(owed: OweMoney) -> RefundResult:
    """Release the hold; where it was taken meanwhile, what was taken is on its way back."""
    command = VoidPayment(
        order_id=owed.order_id,
        key=key_of(owed),
        undoes=owed.authorizations,
        currency=owed.amount.currency,
    )
    payment = await execute(
        PaymentActivities.void_payment,
        command,
        policy=MONEY_BACK,
        summary=f"Release the hold of {owed.amount}",
    )
    back = payment.captured == payment.refunded
    return RefundResult(
        state=RefundState.SUCCEEDED if back else RefundState.PENDING, payment=payment
    )

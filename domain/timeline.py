"""What an order's timeline says about a change, in plain words for the customer and the staff.

An entry's event is `order_` and the status it led to, or a noun and what happened to it. Nothing
here holds what a person wrote.
"""

from dataclasses import dataclass

from domain.orders import Actor, Cancellation, OrderStatus
from domain.payments import OrderPayment, PaymentStatus, RefundStatus

_STATUS = {
    OrderStatus.PLACED: "The order was placed.",
    OrderStatus.RESERVED: "The dishes are set aside.",
    OrderStatus.PAYMENT_ACTION_REQUIRED: "The customer has to confirm the payment with the bank.",
    OrderStatus.CONFIRMED: "The payment is secured; the restaurant has the order.",
    OrderStatus.ACCEPTED: "The restaurant will cook.",
    OrderStatus.PREPARING: "The kitchen is cooking.",
    OrderStatus.READY: "The food waits for the courier.",
    OrderStatus.PICKED_UP: "The food is on its way.",
    OrderStatus.DELIVERED: "The food was delivered.",
    OrderStatus.PAYMENT_FAILED: "The payment failed.",
    OrderStatus.REJECTED: "The restaurant will not cook.",
    OrderStatus.CANCELLED: "The order was cancelled.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A timeline entry before it has its place: `sequence` and `at` come with the row."""

    event: str
    actor: Actor
    detail: str


@dataclass(frozen=True, slots=True)
class Balance:
    """Where an order stands with its money."""

    payment: OrderPayment
    refund_status: RefundStatus


def order_moved(
    status: OrderStatus, *, actor: Actor, cancellation: Cancellation | None = None
) -> Happening:
    detail = cancellation.reason if cancellation else _STATUS[status]
    return Happening(f"order_{status}", actor, detail)


def payment_moved(before: OrderPayment, after: OrderPayment) -> list[Happening]:
    """What happened to the payment between the two; nothing where it is the same."""
    if after.captured.amount > before.captured.amount:
        return [_system("payment_captured", f"{after.captured} was taken.")]
    details = {
        PaymentStatus.REQUIRES_ACTION: "The customer's bank asks them to confirm the payment.",
        PaymentStatus.AUTHORIZED: f"{after.authorized} is held on the customer's payment method.",
        PaymentStatus.VOIDED: "The hold was released; nothing was taken.",
        PaymentStatus.FAILED: "The payment did not go through.",
    }
    if after.status == before.status or after.status not in details:
        return []
    return [_system(f"payment_{after.status}", details[after.status])]


def refund_told(before: Balance, after: Balance) -> list[Happening]:
    """What is to be said of the refund now, also where it is what was said before.

    A refund that was on its way and is owed again was failed by the bank, as is one that takes
    back what had been given.
    """
    payment = after.payment
    given = _system(
        "refund_succeeded", f"{payment.refunded} of {payment.captured} has been given back."
    )
    now = {
        RefundStatus.PENDING: _system("refund_pending", "The refund is on its way."),
        RefundStatus.DUE: _system("refund_due", "A refund is owed; a person looks after it."),
        RefundStatus.PARTIAL: given,
        RefundStatus.FULL: given,
    }
    if after.refund_status in now:
        return [*_refund_failed(before, after), now[after.refund_status]]
    if before.refund_status is RefundStatus.NONE:
        return []
    return [_system("refund_settled", "Nothing is owed to the customer.")]


def balance_moved(before: Balance, after: Balance) -> list[Happening]:
    """What happened to payment and refund between the two; nothing where they are the same."""
    refund_is_the_same = (
        after.refund_status is before.refund_status
        and after.payment.refunded == before.payment.refunded
    )
    refund = [] if refund_is_the_same else refund_told(before, after)
    return payment_moved(before.payment, after.payment) + refund


def _refund_failed(before: Balance, after: Balance) -> list[Happening]:
    stopped = before.refund_status is RefundStatus.PENDING
    returned = after.payment.refunded.amount < before.payment.refunded.amount
    if after.refund_status is RefundStatus.DUE and (stopped or returned):
        return [_system("refund_failed", "The refund did not go through.")]
    return []


def _system(event: str, detail: str) -> Happening:
    return Happening(event, Actor.SYSTEM, detail)

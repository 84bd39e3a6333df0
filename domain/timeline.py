"""What an order's timeline says about a change, in plain words for the customer and the staff.

An entry's event is `order_` and the status it led to, or a noun and what happened to it. Nothing
here holds what a person wrote.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.deliveries import DeliveryCode
from domain.events.deliveries import DeliveryEvent, DeliveryEventType
from domain.events.payments import PaymentEvent, PaymentEventType
from domain.orders import Actor, Cancellation, OrderStatus, Revision

STATUS = {
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
"""What it means that an order is so now."""

_PAYMENT = {
    PaymentEventType.REQUIRES_ACTION: "The customer's bank asks them to confirm the payment.",
    PaymentEventType.AUTHORIZED: "{payment.authorized} is held on the customer's payment method.",
    PaymentEventType.CAPTURED: "{payment.captured} was taken.",
    PaymentEventType.VOIDED: "The hold was released; nothing was taken.",
    PaymentEventType.FAILED: "The payment did not go through.",
    PaymentEventType.REFUND_PENDING: "The refund is on its way.",
    PaymentEventType.REFUND_SUCCEEDED: (
        "{payment.refunded} of {payment.captured} has been given back."
    ),
    PaymentEventType.REFUND_FAILED: "The refund did not go through.",
    PaymentEventType.REFUND_WAIVED: "By decision of support the refund is not made.",
    PaymentEventType.REFUND_DUE: "A refund is owed; a person looks after it.",
    PaymentEventType.REFUND_SETTLED: "Nothing is owed to the customer.",
    PaymentEventType.DISPUTE_OPENED: (
        "The customer's bank took {dispute.amount} back, and asks why."
    ),
    PaymentEventType.DISPUTE_WON: "The bank gave {dispute.amount} back to us.",
    PaymentEventType.DISPUTE_LOST: ("The customer keeps {dispute.amount}, at the platform's cost."),
}
_FAILED_DELIVERY = {
    DeliveryCode.NO_COURIER: "No courier was found.",
    DeliveryCode.COURIER_LOST: "Nothing was heard of the courier any more.",
    DeliveryCode.DELIVERY_FAILED: "The courier could not deliver the food.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """A timeline entry before it has its place: `sequence` and `at` come with the row."""

    event: str
    actor: Actor
    detail: str


def order_placed(again_of: UUID | None) -> Happening:
    """By the customer, or by support in place of the order `again_of`."""
    if again_of is None:
        return order_moved(OrderStatus.PLACED, actor=Actor.CUSTOMER)
    detail = f"Support placed it for the customer, in place of order {again_of}."
    return Happening(f"order_{OrderStatus.PLACED}", Actor.SUPPORT, detail)


def order_moved(
    status: OrderStatus, *, actor: Actor, cancellation: Cancellation | None = None
) -> Happening:
    detail = cancellation.reason if cancellation else STATUS[status]
    return Happening(f"order_{status}", actor, detail)


def lines_dropped(revision: Revision) -> Happening:
    names = ", ".join(line.name for line in revision.lines if line.unavailable)
    detail = f"Not available any more: {names}. The order now costs {revision.quote.total}."
    return Happening("items_dropped", Actor.RESTAURANT, detail)


def delayed(minutes: int, ready_by: datetime | None, *, by: Actor = Actor.RESTAURANT) -> Happening:
    what = "to cook" if ready_by else "to answer"
    whose = "Support gives the restaurant" if by is Actor.SUPPORT else "The restaurant needs"
    return Happening("kitchen_delayed", by, f"{whose} {minutes} minutes more {what}.")


def payment_happening(event: PaymentEvent) -> Happening | None:
    """What the event of an order's money says in the timeline; None where it is nobody's news."""
    if event.type not in _PAYMENT:
        return None
    detail = _PAYMENT[event.type].format(payment=event.payment, dispute=event.dispute)
    return _system(event.type, detail)


def delivery_happening(event: DeliveryEvent) -> Happening | None:
    """The same of an order's delivery; the order itself says when it was fetched and brought."""
    match event.type:
        case DeliveryEventType.ASSIGNED:
            return Happening("courier_assigned", Actor.COURIER, "A courier comes for the food.")
        case DeliveryEventType.RELEASED:
            # Of one who went silent it was taken away.
            actor = Actor.SYSTEM if event.lost else Actor.COURIER
            return Happening("courier_released", actor, "Another courier is sought.")
        case DeliveryEventType.FAILED if event.delivery.code:
            return _system("delivery_failed", _FAILED_DELIVERY[event.delivery.code])
    return None


def _system(event: str, detail: str) -> Happening:
    return Happening(event, Actor.SYSTEM, detail)

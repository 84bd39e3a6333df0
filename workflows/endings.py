"""How an order ends without food: which status, by whom, and why, in words for the customer."""

from dataclasses import dataclass
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import DeliveryCode
    from domain.errors import DomainError, PaymentFailed
    from domain.money import Money
    from domain.orders import Actor, Cancellation, OrderStatus


_VERBS = {OrderStatus.REJECTED: "rejected", OrderStatus.CANCELLED: "cancelled"}


@dataclass(frozen=True, slots=True)
class Ending:
    status: OrderStatus
    cancellation: Cancellation


class OrderEnded(DomainError):
    """The happy path is over: somebody or a deadline ended the order."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.cancellation.reason)
        self.ending = ending


def _cancelled(by: Actor, code: str, reason: str) -> Ending:
    return Ending(OrderStatus.CANCELLED, Cancellation(by=by, code=code, reason=reason))


NO_ANSWER = Ending(
    OrderStatus.REJECTED,
    Cancellation(
        by=Actor.SYSTEM,
        code="restaurant_did_not_answer",
        reason="The restaurant did not answer in time.",
    ),
)
RAN_OUT = Ending(
    OrderStatus.REJECTED,
    Cancellation(
        by=Actor.RESTAURANT,
        code="items_unavailable",
        reason="The restaurant has run out of what was ordered.",
    ),
)
NOT_AUTHENTICATED = _cancelled(
    Actor.SYSTEM,
    "authentication_timed_out",
    "The payment was not confirmed with the customer's bank in time.",
)
NEVER_READY = _cancelled(
    Actor.SYSTEM, "kitchen_never_ready", "The restaurant did not finish the food in time."
)
NOT_DELIVERED = _cancelled(
    Actor.SYSTEM, "not_delivered", "The delivery broke off before the customer had the food."
)
_UNDELIVERED = {
    DeliveryCode.NO_COURIER: _cancelled(
        Actor.SYSTEM, "no_courier", "No courier could be found for the order."
    ),
    DeliveryCode.COURIER_LOST: _cancelled(
        Actor.SYSTEM, "courier_lost", "The courier did not arrive with the food."
    ),
    DeliveryCode.DELIVERY_FAILED: _cancelled(
        Actor.COURIER, "delivery_failed", "The courier could not hand the food over."
    ),
}
_BY_ENGINE = _cancelled(
    Actor.SUPPORT, "cancelled_in_engine", "Support cancelled the order in the Temporal UI."
)
_NO_MONEY_ANSWER = Cancellation(
    by=Actor.SYSTEM,
    code="payment_unavailable",
    reason="The payment service did not answer for too long.",
)


def asked_by(
    actor: Actor, status: OrderStatus, remark_id: UUID | None, *, kept: Money | None = None
) -> Ending:
    """The ending that a person asked for; what they wrote is found by `remark_id`."""
    fee = f"; {kept} of it are charged" if kept else ""
    ended = Cancellation(
        by=actor,
        code=f"{status}_by_{actor}",
        reason=f"The {actor} {_VERBS[status]} the order{fee}.",
        remark_id=remark_id,
        kept=kept,
    )
    return Ending(status, ended)


def undelivered(code: DeliveryCode | None) -> Ending:
    """What the order ends as whose delivery ended so; None where that did not say how."""
    return _UNDELIVERED.get(code, NOT_DELIVERED) if code else NOT_DELIVERED


def ending_of(cause: BaseException, *, status: OrderStatus) -> Ending:
    """What the order ends as, when `cause` stopped it in `status`.

    A step that ran out of time can only be one of the payment's: no other has a deadline.
    """
    if isinstance(cause, OrderEnded):
        return cause.ending
    if is_cancelled_exception(cause):
        return _BY_ENGINE
    is_of_money = isinstance(cause, PaymentFailed) or not isinstance(cause, DomainError)
    end = OrderStatus.PAYMENT_FAILED if is_of_money else OrderStatus.REJECTED
    if not status.leads_to(end):
        # As where the hold could not be renewed while the kitchen thought about it.
        end = OrderStatus.CANCELLED
    return Ending(end, _why(cause))


def _why(cause: BaseException) -> Cancellation:
    if not isinstance(cause, DomainError):
        return _NO_MONEY_ANSWER
    return Cancellation(by=Actor.SYSTEM, code=cause.code(), reason=str(cause))

"""How an order ends without food: which status, by whom, and why, in words for the customer."""

from dataclasses import dataclass
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.errors import DomainError, PaymentFailed
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


NO_ANSWER = Ending(
    OrderStatus.REJECTED,
    Cancellation(
        by=Actor.SYSTEM,
        code="restaurant_did_not_answer",
        reason="The restaurant did not answer in time.",
    ),
)
NO_FOOD = Ending(
    OrderStatus.CANCELLED,
    Cancellation(by=Actor.SYSTEM, code="not_delivered", reason="The food was never delivered."),
)
_BY_ENGINE = Ending(
    OrderStatus.CANCELLED,
    Cancellation(
        by=Actor.SUPPORT,
        code="cancelled_in_engine",
        reason="Support cancelled the order in the Temporal UI.",
    ),
)
_NO_MONEY_ANSWER = Ending(
    OrderStatus.PAYMENT_FAILED,
    Cancellation(
        by=Actor.SYSTEM,
        code="payment_unavailable",
        reason="The payment service did not answer for too long.",
    ),
)


def asked_by(actor: Actor, status: OrderStatus, remark_id: UUID | None) -> Ending:
    """The ending that a person asked for; what they wrote is found by `remark_id`."""
    reason = f"The {actor} {_VERBS[status]} the order."
    code = f"{status}_by_{actor}"
    return Ending(status, Cancellation(by=actor, code=code, reason=reason, remark_id=remark_id))


def ending_of(cause: BaseException, *, status: OrderStatus) -> Ending:
    """What the order ends as, when `cause` stopped it in `status`.

    A step that ran out of time can only be one of the payment's: no other has a deadline.
    """
    if isinstance(cause, OrderEnded):
        return cause.ending
    if is_cancelled_exception(cause):
        return _BY_ENGINE
    if not isinstance(cause, DomainError):
        return _NO_MONEY_ANSWER
    end = OrderStatus.PAYMENT_FAILED if isinstance(cause, PaymentFailed) else OrderStatus.REJECTED
    if not status.leads_to(end):
        end = OrderStatus.CANCELLED
    return Ending(end, Cancellation(by=Actor.SYSTEM, code=cause.code(), reason=str(cause)))

"""The money of an order: held at checkout, taken when the restaurant accepts, given back after."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.money import Money


class PaymentStatus(StrEnum):
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    FAILED = "failed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"

    @property
    def plain(self) -> str:
        """As it reads after "The charge is"."""
        return self.value.replace("_", " ")


class RefundStatus(StrEnum):
    """Of an order. `none` also after a void: nothing was taken."""

    NONE = "none"
    PENDING = "pending"
    PARTIAL = "partial"
    FULL = "full"
    # Owed, could not be made yet, and a person has it.
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPayment:
    """Where the money stands. `authorized` is what is still held: zero once captured or voided.

    `version` counts its changes: who writes it down elsewhere never replaces a higher one.
    """

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money
    refund_status: RefundStatus = RefundStatus.NONE
    version: int = 0

    @classmethod
    def pending(cls, currency: str) -> "OrderPayment":
        nothing = Money.zero(currency)
        return cls(
            status=PaymentStatus.PENDING, authorized=nothing, captured=nothing, refunded=nothing
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment:
    """Hold `amount` on the customer's payment method.

    `again` is an authorization after the first, made while the customer is away: what is left of
    the earlier ones is released before it, and nobody can be asked to authenticate.
    """

    order_id: UUID
    key: str
    customer_id: UUID
    amount: Money
    payment_method: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPayment:
    """Look at what became of the authorization `key`, whose customer had to authenticate."""

    order_id: UUID
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPayment:
    """Look at everything of an order's money at the payment service, and write what differs."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What became of an authorization: authorized, requires_action, or captured at once.

    `capture_before` is when the hold lapses (UTC); None where nothing is held. By
    `payment_intent_id` people find it at Stripe; it is empty where Stripe has not answered yet.
    """

    payment: OrderPayment
    capture_before: datetime | None = None
    payment_intent_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment:
    """Take `amount` of what is held; the rest is released.

    Where the method was captured at once, nothing moves, and `amount` may be less than was taken.
    """

    order_id: UUID
    key: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment:
    """Undo of every authorization: release what is held, refund what was captured after all.

    Leaves tombstones under `undoes`, so that an authorization that lands later is undone too.
    `currency` is that of the answer where no payment was begun yet.
    """

    order_id: UUID
    key: str
    undoes: list[str]
    currency: str

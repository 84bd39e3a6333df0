"""The money of an order: held at checkout, taken when the restaurant accepts, given back after."""

from dataclasses import dataclass
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
    """Where the money stands. `authorized` is what is still held: zero once captured or voided."""

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money

    @classmethod
    def pending(cls, currency: str) -> "OrderPayment":
        nothing = Money.zero(currency)
        return cls(
            status=PaymentStatus.PENDING, authorized=nothing, captured=nothing, refunded=nothing
        )

    @property
    def refund_status(self) -> RefundStatus:
        if self.refunded.amount == 0:
            return RefundStatus.NONE
        full = self.refunded.amount >= self.captured.amount
        return RefundStatus.FULL if full else RefundStatus.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment:
    """Hold `amount` on the customer's payment method."""

    order_id: UUID
    key: str
    customer_id: UUID
    amount: Money
    payment_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment:
    """Take `amount` of what is held; the rest is released."""

    order_id: UUID
    key: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment:
    """Undo of the authorization `undoes`: release what is held, refund what was captured after all.

    Leaves a tombstone under `undoes`, so that an authorization that lands later is undone too.
    `currency` is that of the answer where no payment was begun yet.
    """

    order_id: UUID
    key: str
    undoes: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment:
    """Undo of the capture `undoes`: give back all that was captured and is not refunded yet.

    Leaves a tombstone under `undoes`. `attempt` counts from 1: a refund that the bank accepted and
    later failed is made again as a new one. `currency` as in `VoidPayment`.
    """

    order_id: UUID
    key: str
    undoes: str
    currency: str
    attempt: int = 1


class RefundState(StrEnum):
    """Of one refund at the bank."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundResult:
    """`SUCCEEDED` with nothing refunded means that there was nothing to give back."""

    state: RefundState
    payment: OrderPayment


class Owed(StrEnum):
    """What keeps the customer's money: a hold on the card, or our having taken it."""

    HELD = "held"
    CAPTURED = "captured"


@dataclass(frozen=True, slots=True, kw_only=True)
class OweMoney:
    """The input of a refund's workflow: `amount` is what is owed at most, to read.

    `attempt`, `told` and `written` are where a refund that went on for very long left off.
    """

    order_id: UUID
    customer_id: UUID
    restaurant_id: UUID
    amount: Money
    owed: Owed
    attempt: int = 1
    told: bool = False
    written: int = 0

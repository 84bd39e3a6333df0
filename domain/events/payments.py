"""What happened to an order's money, as the world hears it: payments, refunds and disputes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.casework import Resolution
from domain.events.envelope import Event
from domain.money import Money
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import Liable, RefundReason
from domain.settlement import Share


class PaymentEventType(StrEnum):
    STARTED = "payment_started"
    REQUIRES_ACTION = "payment_requires_action"
    AUTHORIZED = "payment_authorized"
    CAPTURED = "payment_captured"
    VOIDED = "payment_voided"
    FAILED = "payment_failed"
    SETTLED = "payment_settled"
    REFUND_PENDING = "refund_pending"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    REFUND_WAIVED = "refund_waived"
    REFUND_DUE = "refund_due"
    REFUND_SETTLED = "refund_settled"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentState:
    """Where the money stands. `authorized` is what is still held."""

    status: PaymentStatus
    refund_status: RefundStatus
    amount: Money
    authorized: Money
    captured: Money
    refunded: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTold:
    """One attempt at a refund."""

    refund_id: UUID
    amount: Money
    liable: Liable
    reason: RefundReason


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeTold:
    dispute_id: str
    amount: Money
    reason: str
    due_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """A change of an order's money. Its aggregate is the order.

    What follows the state is of some types only: `refund` of those of a refund, `dispute` of those
    of a dispute, `owed` and `deadline` of a refund that is due, `resolution` of one that was
    settled, `payer` and `shares` of a payment that was; None otherwise. `payer` and the accounts
    of `shares` are the ledger's, and a share is negative of who bears more than they earned.
    """

    type: PaymentEventType
    customer_id: UUID
    payment: PaymentState
    refund: RefundTold | None = None
    dispute: DisputeTold | None = None
    owed: Money | None = None
    deadline: datetime | None = None
    resolution: Resolution | None = None
    payer: str | None = None
    shares: tuple[Share, ...] = ()

"""What people look after: refunds that can't be made, disputes, and news of nobody's objects."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.money import Money
from domain.payments import (
    Dispute,
    Liable,
    PaymentStatus,
    RefundReason,
    RefundState,
    Resolution,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindCase:
    """The deadline of the case `key` has passed, and it is open still."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRefund:
    """A person's decision about money that is due; `resolution` is never `REFUNDED`.

    `reference` is that of the bank transfer, say. `remark_id` is the reason they wrote.
    """

    resolution: Resolution
    by: UUID
    remark_id: UUID
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtDispute:
    dispute_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Money that is owed and could not be given back. `owner` None is the whole support desk."""

    key: str
    order_id: UUID
    amount: Money
    why: str
    owner: UUID | None
    deadline: datetime
    reminded_at: datetime | None
    opened_at: datetime
    resolved_at: datetime | None
    resolution: Resolution | None
    resolved_by: UUID | None
    reference: str | None
    remark_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """What Stripe told: the object `object_id` changed. `order_id` is the one its metadata names.

    `outcome` is what became of the news; None until it was processed.
    """

    id: str
    type: str
    object_id: str
    order_id: UUID | None
    payment_intent_id: str | None
    created_at: datetime
    received_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAuthorization:
    """An attempt to hold an order's money, as its row has it."""

    key: str
    payment_intent_id: str | None
    status: PaymentStatus
    held: Money
    captured: Money
    capture_before: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRefund:
    """One attempt at a refund, as its row has it; `part_of` is what it is an attempt at."""

    refund_id: UUID
    order_id: UUID
    part_of: str
    stripe_refund_id: str | None
    reference: str | None
    amount: Money
    state: RefundState
    liable: Liable
    reason: RefundReason
    request_hash: str | None
    remark_id: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFile:
    """All that was done with an order's money, the oldest first."""

    authorizations: list[MadeAuthorization]
    refunds: list[MadeRefund]
    cases: list[Case]
    disputes: list[Dispute]

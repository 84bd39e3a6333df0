"""What was done with an order's money, as support sees it."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from api.money import Currency, Money
from domain import money
from domain.casework import Case, MadeAuthorization, MadeRefund, Resolution
from domain.disputes import Dispute, DisputeState
from domain.ledger import Line, PostingKind
from domain.payments import PaymentStatus
from domain.refunds import Liable, RefundReason, RefundState


class Entry(BaseModel):
    """Money of a ledger: below zero too. A positive amount is a debit."""

    amount: int = Field(examples=[-1190])
    currency: Currency

    @classmethod
    def of(cls, value: money.Money) -> Self:
        return cls(amount=value.amount, currency=value.currency)


class AuthorizationAnswer(BaseModel):
    payment_intent: str | None
    status: PaymentStatus
    held: Money
    captured: Money
    capture_before: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, made: MadeAuthorization) -> Self:
        return cls(
            payment_intent=made.payment_intent_id,
            status=made.status,
            held=Money.of(made.held),
            captured=Money.of(made.captured),
            capture_before=made.capture_before,
            created_at=made.created_at,
        )


class RefundAttemptAnswer(BaseModel):
    """One attempt. `case` is the key of the case that it is, where it can't be made."""

    id: UUID
    order_id: UUID
    case: str
    stripe_refund: str | None
    reference: str | None
    amount: Money
    state: RefundState
    liable: Liable
    cause: RefundReason
    created_at: datetime

    @classmethod
    def of(cls, made: MadeRefund) -> Self:
        return cls(
            id=made.refund_id,
            order_id=made.order_id,
            case=made.part_of,
            stripe_refund=made.stripe_refund_id,
            reference=made.reference,
            amount=Money.of(made.amount),
            state=made.state,
            liable=made.liable,
            cause=made.reason,
            created_at=made.created_at,
        )


class CaseAnswer(BaseModel):
    """`owner` null is the whole support desk."""

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

    @classmethod
    def of(cls, case: Case) -> Self:
        return cls(
            key=case.key,
            order_id=case.order_id,
            amount=Money.of(case.amount),
            why=case.why,
            owner=case.owner,
            deadline=case.deadline,
            reminded_at=case.reminded_at,
            opened_at=case.opened_at,
            resolved_at=case.resolved_at,
            resolution=case.resolution,
            resolved_by=case.resolved_by,
            reference=case.reference,
        )


class DisputeAnswer(BaseModel):
    id: str
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime
    due_by: datetime | None

    @classmethod
    def of(cls, dispute: Dispute) -> Self:
        return cls(
            id=dispute.dispute_id,
            amount=Money.of(dispute.amount),
            state=dispute.state,
            reason=dispute.reason,
            opened_at=dispute.opened_at,
            due_by=dispute.due_by,
        )


class LedgerEntryAnswer(BaseModel):
    """One side of a posting; those of one `posting` sum to zero."""

    posting: int
    at: datetime
    kind: PostingKind
    account: str
    amount: Entry

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(
            posting=line.posting_id,
            at=line.at,
            kind=line.kind,
            account=line.account,
            amount=Entry.of(line.amount),
        )

"""The tables of what needs looking after: cases, disputes, and the inbox of Stripe's webhooks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from adapters.postgres.payments.tables import Base, PaymentRow
from domain.casework import Resolution
from domain.differences import RECONCILIATION_CASES
from domain.disputes import DisputeState


class CaseRow(Base):
    """Money that is owed and could not be given back: a person has it until it is resolved.

    `owner` is the account that took it over; null is the whole support desk. `first_deadline` is
    the one that it was opened with, which tells a late repetition of the opening; null in rows of
    before deadlines could be moved.
    """

    __tablename__ = "cases"

    key: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    currency: Mapped[str]
    amount: Mapped[int]
    why: Mapped[str]
    owner: Mapped[UUID | None]
    deadline: Mapped[datetime]
    first_deadline: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[Resolution | None]
    resolved_by: Mapped[UUID | None]
    reference: Mapped[str | None]
    remark_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("num_nonnulls(resolved_at, resolution) IN (0, 2)", name="resolved_somehow"),
        CheckConstraint(
            "coalesce(resolution, 'refunded') = 'refunded' OR resolved_by IS NOT NULL",
            name="decided_by_somebody",
        ),
        CheckConstraint(
            "resolution IS DISTINCT FROM 'paid_by_hand' OR reference IS NOT NULL",
            name="paid_by_hand_has_a_reference",
        ),
        Index(None, "order_id"),
        Index(None, "opened_at", "key"),
        Index(
            "ix_cases_open",
            "deadline",
            "key",
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )


IS_OPEN = CaseRow.resolved_at.is_(None)
IS_OF_REFUND = ~CaseRow.key.contains(RECONCILIATION_CASES)
"""Else reconciliation opened it, and it is owed to nobody yet."""


class DisputeRow(Base):
    """A charge that the customer's bank took back, in minor units of `currency`."""

    __tablename__ = "disputes"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey(PaymentRow.order_id))
    currency: Mapped[str]
    amount: Mapped[int]
    state: Mapped[DisputeState]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    due_by: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_decided"),
        Index(None, "order_id"),
        Index(None, "opened_at", "id"),
    )


class WebhookEventRow(Base):
    """The inbox of Stripe's webhooks: each is a hint that an object changed, kept once by its id.

    `order_id` is what the object's metadata says, and `payment_intent_id` what it belongs to.
    `outcome` is what became of it, in a word, once it is processed. `claimed_until` keeps two
    processes from working on one at once.
    """

    __tablename__ = "webhook_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str]
    order_id: Mapped[UUID | None]
    payment_intent_id: Mapped[str | None]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    claimed_until: Mapped[datetime | None]
    processed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(processed_at, outcome) IN (0, 2)", name="processed_somehow"),
        Index(
            "ix_webhook_events_unprocessed",
            "received_at",
            postgresql_where=text("processed_at IS NULL"),
        ),
        Index(None, "outcome", "received_at", "id"),
        # For pruning.
        Index(None, "processed_at"),
    )

"""The tables of `payments`: columns and constraints only (see docs/databases.md).

Rules that need more than a CHECK are triggers of the migrations: a payment is captured once, what
is refunded or being refunded never exceeds what was captured, a posting's entries sum to zero,
and nobody changes or removes a posting.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.payments.steps import StepState
from adapters.postgres.rows import TYPES
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import Liable, RefundReason, RefundState


class Base(DeclarativeBase):
    metadata = metadata("payments")
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, int: BigInteger}


class CustomerRow(Base):
    """The one Stripe Customer of an account."""

    __tablename__ = "customers"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    stripe_customer_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PaymentMethodRow(Base):
    """A method that is attached to the account's Customer.

    `given` is what the customer named, `stripe_method_id` what Stripe made of it: a test method's
    name stands for a new method on every attachment. `type` is Stripe's name of its kind.
    """

    __tablename__ = "payment_methods"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(CustomerRow.account_id), primary_key=True)
    given: Mapped[str] = mapped_column(primary_key=True)
    stripe_method_id: Mapped[str]
    type: Mapped[str] = mapped_column(server_default="card")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StepRow(Base):
    """A step that asks Stripe for something. Undone without ever having begun: a tombstone.

    `n` is the number of the idempotency key in use. `refusal` is the name of a `DomainError`.
    """

    __tablename__ = "steps"

    key: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[StepState]
    n: Mapped[int] = mapped_column(Integer, server_default="1")
    begun_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    refusal_message: Mapped[str | None]
    undone_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("n > 0", name="n"),
        CheckConstraint("(state = 'undone') = (undone_by IS NOT NULL)", name="undone_by_an_undo"),
        CheckConstraint("state = 'undone' OR begun_at IS NOT NULL", name="begun_unless_undone"),
        CheckConstraint(
            "state <> 'refused' OR num_nonnulls(refusal, refusal_message) = 2",
            name="refused_for_a_reason",
        ),
    )


class PaymentRow(Base):
    """The money of an order, in minor units of `currency`: `authorized` is what is held now.

    The sums are those of its authorizations and refunds. `settled_at` is when the money was
    divided: from then on a refund comes out of the liable party's share. `version` counts what
    changed the standing, `event_version` the events.
    """

    __tablename__ = "payments"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID]
    currency: Mapped[str]
    amount: Mapped[int]
    authorized: Mapped[int] = mapped_column(server_default="0")
    captured: Mapped[int] = mapped_column(server_default="0")
    refunded: Mapped[int] = mapped_column(server_default="0")
    status: Mapped[PaymentStatus]
    refund_status: Mapped[RefundStatus] = mapped_column(server_default=RefundStatus.NONE)
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    version: Mapped[int] = mapped_column(server_default="1")
    event_version: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("authorized BETWEEN 0 AND amount", name="authorized_within_amount"),
        CheckConstraint("captured BETWEEN 0 AND amount", name="captured_within_amount"),
        CheckConstraint("refunded BETWEEN 0 AND captured", name="refunded_within_captured"),
        CheckConstraint("authorized = 0 OR captured = 0", name="held_or_captured"),
        CheckConstraint(
            "CASE status WHEN 'authorized' THEN authorized > 0 "
            "WHEN 'captured' THEN captured > 0 AND refunded = 0 "
            "WHEN 'partially_refunded' THEN refunded > 0 AND refunded < captured "
            "WHEN 'refunded' THEN captured > 0 AND refunded = captured "
            "ELSE authorized + captured = 0 END",
            name="status_agrees_with_the_money",
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("event_version >= 0", name="event_version"),
        # Reconciliation goes through them page by page.
        Index(None, "created_at", "order_id"),
    )


class AuthorizationRow(Base):
    """One attempt to hold an order's money: one PaymentIntent. `key` is that of its step.

    `client_secret` lets the customer authenticate; `capture_before` is when the hold lapses.
    """

    __tablename__ = "authorizations"

    key: Mapped[str] = mapped_column(ForeignKey(StepRow.key), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey(PaymentRow.order_id))
    payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    client_secret: Mapped[str | None]
    status: Mapped[PaymentStatus]
    held: Mapped[int] = mapped_column(server_default="0")
    captured: Mapped[int] = mapped_column(server_default="0")
    capture_before: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("least(held, captured) >= 0", name="amounts_not_negative"),
        CheckConstraint("held = 0 OR captured = 0", name="held_or_captured"),
        CheckConstraint(
            "held + captured = 0 OR payment_intent_id IS NOT NULL", name="money_has_an_intent"
        ),
        Index(None, "order_id"),
        Index(
            "uq_authorizations_captured_once",
            "order_id",
            unique=True,
            postgresql_where=text("captured > 0"),
        ),
    )


class RefundRow(Base):
    """One attempt at a refund, written before Stripe is asked.

    Without a `stripe_refund_id` it may not exist. `part_of` is the key of the undo or of the
    decision that it is an attempt at; `request_hash` is that of the decision. Paid by hand it has
    a `reference` instead of an id of Stripe's.
    """

    __tablename__ = "refunds"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    order_id: Mapped[UUID] = mapped_column(ForeignKey(PaymentRow.order_id))
    key: Mapped[str] = mapped_column(ForeignKey(StepRow.key), unique=True)
    part_of: Mapped[str]
    stripe_refund_id: Mapped[str | None] = mapped_column(unique=True)
    reference: Mapped[str | None]
    amount: Mapped[int]
    status: Mapped[RefundState]
    liable: Mapped[Liable]
    reason: Mapped[RefundReason]
    request_hash: Mapped[str | None]
    remark_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(
            "status <> 'succeeded' OR num_nonnulls(stripe_refund_id, reference) > 0",
            name="succeeded_somewhere",
        ),
        Index(None, "order_id"),
        Index(None, "part_of"),
        # For lists of them, newest first.
        Index(None, "created_at", "id"),
        Index(None, "status", "created_at", "id"),
    )


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"

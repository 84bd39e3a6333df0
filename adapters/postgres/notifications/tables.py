"""The tables of `notifications`: columns and constraints only (see docs/databases.md)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
from domain.mail import EmailOutcome, EmailTemplate
from domain.notifications import Audience, NotificationType


class Base(DeclarativeBase):
    metadata = metadata("notifications")
    type_annotation_map = TYPES


class NotificationRow(Base):
    """A message that was delivered, once per `dedupe_key` for ever."""

    __tablename__ = "notifications"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    type: Mapped[NotificationType]
    audience: Mapped[Audience]
    recipient_id: Mapped[UUID]
    order_id: Mapped[UUID | None]
    title: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]

    # Read backwards for newest first. Not by audience: an account's list has several.
    __table_args__ = (
        Index(None, "recipient_id", "created_at", "id"),
        Index(None, "order_id"),
        Index(
            "ix_notifications_unread",
            "recipient_id",
            "created_at",
            "id",
            postgresql_where=text("read_at IS NULL"),
        ),
    )


class EmailRow(Base):
    """A mail, queued once per `dedupe_key`; to which address is looked up when it is sent.

    `next_attempt_at` is when somebody may try: whoever claims it moves that on first, so that
    nobody else tries meanwhile, and a process that dies leaves it to the others after that.
    """

    __tablename__ = "emails"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.gen_random_uuid())
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID]
    template: Mapped[EmailTemplate]
    params: Mapped[dict[str, str]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
    outcome: Mapped[EmailOutcome | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(finished_at, outcome) IN (0, 2)", name="finished_somehow"),
        Index("ix_emails_waiting", "next_attempt_at", postgresql_where=text("outcome IS NULL")),
        # How long the oldest has waited.
        Index("ix_emails_unsent", "created_at", postgresql_where=text("outcome IS NULL")),
        # For pruning, and for erasing a person.
        Index(None, "finished_at"),
        Index(None, "account_id"),
    )


class EmailPreferencesRow(Base):
    """What an account wants by mail; one without a row has what `EmailPreferences` says."""

    __tablename__ = "email_preferences"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    order_updates: Mapped[bool]
    receipts: Mapped[bool]


class InboxRow(Base):
    """An event that a consumer has dealt with, in the transaction of what it did."""

    __tablename__ = "inbox"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"

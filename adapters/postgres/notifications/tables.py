"""The tables of `notifications`: columns and constraints only (see docs/databases.md)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
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
    order_id: Mapped[UUID]
    title: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]

    # Read backwards for newest first.
    __table_args__ = (Index(None, "audience", "recipient_id", "created_at", "id"),)


class InboxRow(Base):
    """An event that a consumer has dealt with, in the transaction of what it did."""

    __tablename__ = "inbox"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"

"""The tables of `ordering`: columns and constraints only (see docs/databases.md)."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
from domain.orders import Actor, OrderStatus
from domain.payments import PaymentStatus, RefundStatus


class Base(DeclarativeBase):
    metadata = metadata("ordering")
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **TYPES,
        int: BigInteger,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
    }


class OrderRow(Base):
    """Amounts are minor units of the one `currency`.

    The lines are JSON because they are read whole and searched by nobody:
    `[{"menu_item_id", "name", "quantity", "unit_price", "unavailable"}]`. What the kitchen dropped
    is `unavailable` and not in the amounts; `placed_total` is what was agreed with it. The columns
    of the payment are those of its `payment_version`. `kept` is what the customer of a cancelled
    order still pays, null where that is nothing.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    run_id: Mapped[str]
    status: Mapped[OrderStatus]
    refund_status: Mapped[RefundStatus]
    customer_id: Mapped[UUID]
    restaurant_id: Mapped[UUID]
    currency: Mapped[str]
    lines: Mapped[list[Any]]
    subtotal: Mapped[int]
    delivery_fee: Mapped[int]
    service_fee: Mapped[int]
    tip: Mapped[int]
    total: Mapped[int]
    placed_total: Mapped[int]
    payment_version: Mapped[int] = mapped_column(server_default="0")
    payment_status: Mapped[PaymentStatus]
    authorized: Mapped[int]
    captured: Mapped[int]
    refunded: Mapped[int]
    courier_id: Mapped[UUID | None]
    acceptance_minutes: Mapped[int] = mapped_column(server_default="10")
    answer_by: Mapped[datetime | None]
    ready_by: Mapped[datetime | None]
    ride_minutes: Mapped[int]
    cancelled_by: Mapped[Actor | None]
    cancellation_code: Mapped[str | None]
    cancellation_reason: Mapped[str | None]
    remark_id: Mapped[UUID | None] = mapped_column(ForeignKey("ordering.remarks.id"))
    kept: Mapped[int | None]
    request_hash: Mapped[str]
    correlation_id: Mapped[str]
    placed_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        # An order has an address from its first moment on: food that nobody can deliver is not
        # cooked. The hash picks the particulars of the request that won.
        ForeignKeyConstraint(
            ["id", "request_hash"],
            ["ordering.particulars.order_id", "ordering.particulars.request_hash"],
        ),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("jsonb_array_length(lines) > 0", name="lines_not_empty"),
        CheckConstraint(
            "NOT jsonb_path_exists(lines, '$[*] ? (@.quantity < 1 || @.unit_price < 0)')",
            name="lines_positive",
        ),
        CheckConstraint(
            "least(subtotal, delivery_fee, service_fee, tip, authorized, captured, refunded) >= 0",
            name="amounts_not_negative",
        ),
        CheckConstraint(
            "total = subtotal + delivery_fee + service_fee + tip", name="total_is_the_sum"
        ),
        CheckConstraint("total <= placed_total", name="total_within_placed"),
        # Not the total of now: what is held or was taken at once may be for dropped lines too.
        CheckConstraint("authorized + captured <= placed_total", name="payment_within_placed"),
        CheckConstraint("refunded <= captured", name="refunded_within_captured"),
        CheckConstraint(
            "num_nonnulls(cancelled_by, cancellation_code, cancellation_reason) = CASE "
            "WHEN status IN ('payment_failed', 'rejected', 'cancelled') THEN 3 ELSE 0 END",
            name="end_without_food_has_a_reason",
        ),
        CheckConstraint(
            "kept IS NULL OR status = 'cancelled' AND kept > 0 AND kept < placed_total",
            name="kept_of_a_cancelled_order",
        ),
        CheckConstraint("version > 0", name="version"),
        # Read backwards for newest first: placed_at and id run in the same direction, so that the
        # place in a list is one comparison of rows.
        Index(None, "customer_id", "placed_at", "id"),
        Index(None, "restaurant_id", "placed_at", "id"),
        Index(None, "restaurant_id", "status", "placed_at", "id"),
        Index(None, "courier_id", "placed_at", "id"),
        Index(None, "status", "placed_at", "id"),
        Index(None, "refund_status", "placed_at", "id"),
        Index(None, "placed_at", "id"),
        # For those that stand still: of all orders few have not ended.
        Index(
            "ix_orders_under_way",
            "status",
            "updated_at",
            postgresql_where=text(
                "status NOT IN ('delivered', 'payment_failed', 'rejected', 'cancelled')"
            ),
        ),
    )


class TimelineRow(Base):
    """Append-only. `key` is that of the step that wrote the entry: a step is written once.

    What other contexts did has none: the inbox knows which of their events are in.
    """

    __tablename__ = "timeline"

    order_id: Mapped[UUID] = mapped_column(ForeignKey(OrderRow.id), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    event: Mapped[str]
    actor: Mapped[Actor]
    detail: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("order_id", "key", "event"),
        CheckConstraint("sequence > 0", name="sequence"),
    )


class ParticularsRow(Base):
    """What a person wrote with a request to order: the address and a note (or null) per line."""

    __tablename__ = "particulars"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    request_hash: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class RemarkRow(Base):
    """What a person wrote about an order later. It may be there before the order's row is."""

    __tablename__ = "remarks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    actor: Mapped[Actor]
    account_id: Mapped[UUID]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index(None, "order_id"),)


class InboxRow(Base):
    """An event that a consumer has dealt with, in the transaction of what it did."""

    __tablename__ = "inbox"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"


ORDERS_REBUILT = Table(
    "orders_rebuilt",
    Base.metadata,
    # A word that the live table refuses is to be told, and not to stop the telling.
    *(
        Column(
            column.name,
            Text() if isinstance(column.type, Enum) else column.type,
            primary_key=column.primary_key,
            nullable=column.nullable,
        )
        for column in OrderRow.__table__.columns
    ),
)
"""The orders as their events tell them: the columns of `orders` without its rules."""

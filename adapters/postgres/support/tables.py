"""The tables of `support`: columns and constraints only (see docs/databases.md).

Nothing here is anybody's data: ids, codes and amounts. Reasons are remarks of `ordering`. The role
may only read and add to `audit`, and a trigger refuses everything else from whoever tries.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.rows import TYPES
from domain.approvals import Decision
from domain.desk import DeskAction, Outcome, Right


class Base(DeclarativeBase):
    metadata = metadata("support")
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **TYPES,
        int: BigInteger,
        dict[str, Any]: JSONB,
    }


class AuditLogRow(Base):
    """Append-only. Rows of one `action_id` are one action: asked for, and what came of it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    action_id: Mapped[UUID]
    at: Mapped[datetime]
    actor: Mapped[UUID]
    actor_right: Mapped[Right | None]
    action: Mapped[DeskAction]
    order_id: Mapped[UUID | None]
    remark_id: Mapped[UUID | None]
    approved_by: Mapped[UUID | None]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    request_id: Mapped[str]
    outcome: Mapped[Outcome]
    code: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("action_id", "outcome"),
        CheckConstraint("num_nonnulls(amount, currency) IN (0, 2)", name="amount_has_a_currency"),
        CheckConstraint("approved_by <> actor", name="approved_by_another"),
        CheckConstraint("code IS NULL OR outcome = 'refused'", name="code_of_a_refusal"),
        CheckConstraint(
            "(actor_right IS NULL) = (action IN ('set_roles', 'set_support_right'))",
            name="right_of_support",
        ),
        # Read backwards for newest first: at and id run in the same direction.
        Index(None, "at", "id"),
        Index(None, "order_id", "at", "id"),
        Index(None, "actor", "at", "id"),
        Index(None, "action", "at", "id"),
        Index(None, "outcome", "at", "id"),
    )


class ApprovalRow(Base):
    """What a second person has to approve, and what they said. `request` is the action's body."""

    __tablename__ = "approvals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    action: Mapped[DeskAction]
    order_id: Mapped[UUID]
    request: Mapped[dict[str, Any]]
    amount: Mapped[int]
    currency: Mapped[str]
    remark_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    decision: Mapped[Decision | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_remark_id: Mapped[UUID | None]

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("NOT jsonb_exists(request, 'reason')", name="reason_is_a_remark"),
        CheckConstraint("decided_by <> asked_by", name="decided_by_another"),
        CheckConstraint(
            "num_nonnulls(decision, decided_by, decided_at, decision_remark_id) IN (0, 4)",
            name="decided_by_somebody",
        ),
        CheckConstraint("decided_at < expires_at", name="decided_in_time"),
        Index(None, "order_id"),
        Index(
            "ix_approvals_waiting",
            "asked_at",
            "id",
            postgresql_where=text("decision IS NULL"),
        ),
        Index(
            "ix_approvals_approved",
            "expires_at",
            postgresql_where=text("decision = 'approved'"),
        ),
    )


class BulkRow(Base):
    """One action on many orders. The id is made of its asker and their key, if they sent one."""

    __tablename__ = "bulk"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    action: Mapped[DeskAction]
    request: Mapped[dict[str, Any]]

    __table_args__ = (
        CheckConstraint("NOT jsonb_exists(request, 'reason')", name="reason_is_a_remark"),
        Index(None, "asked_at", "id"),
    )


class BulkItemRow(Base):
    """One order of it. Who works on it has it until `claimed_until`; `attempts` counts them."""

    __tablename__ = "bulk_items"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    bulk_id: Mapped[UUID] = mapped_column(ForeignKey(BulkRow.id))
    order_id: Mapped[UUID]
    remark_id: Mapped[UUID]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    claimed_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    code: Mapped[str | None]
    sentence: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("bulk_id", "order_id"),
        CheckConstraint("outcome <> 'asked'", name="came_to_something"),
        CheckConstraint("num_nonnulls(finished_at, outcome) IN (0, 2)", name="finished_somehow"),
        Index("ix_bulk_items_waiting", "id", postgresql_where=text("outcome IS NULL")),
    )

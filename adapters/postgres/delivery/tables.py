"""The tables of `delivery`: columns and constraints only (see docs/databases.md)."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Index, Integer, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
from domain.deliveries import DeliveryCode, DeliveryState


class Base(DeclarativeBase):
    metadata = metadata("delivery")
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, int: Integer, float: Double}


class CourierRow(Base):
    """Where somebody is who carries: the last place they told, and the last sign of life."""

    __tablename__ = "couriers"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    vehicle: Mapped[str]
    available: Mapped[bool] = mapped_column(server_default=text("false"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    located_at: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        CheckConstraint("num_nulls(lat, lon, located_at) IN (0, 3)", name="place_is_whole"),
    )


class RemarkRow(Base):
    """What a courier wrote about a delivery. It may be there before the delivery has ended."""

    __tablename__ = "remarks"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    courier_id: Mapped[UUID] = mapped_column(ForeignKey(CourierRow.account_id))
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (Index(None, "order_id"),)


class DeliveryRow(Base):
    """One a order. `lat` and `lon` are the restaurant's; `fee` is in minor units of `currency`.

    `assignment` counts the claims, so that what belongs to an earlier one is told by it.
    """

    __tablename__ = "deliveries"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    restaurant_id: Mapped[UUID]
    lat: Mapped[float]
    lon: Mapped[float]
    fee: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    state: Mapped[DeliveryState]
    round: Mapped[int]
    radius_km: Mapped[float]
    expires_at: Mapped[datetime]
    assignment: Mapped[int] = mapped_column(server_default="0")
    courier_id: Mapped[UUID | None] = mapped_column(ForeignKey(CourierRow.account_id))
    code: Mapped[DeliveryCode | None]
    remark_id: Mapped[UUID | None] = mapped_column(ForeignKey(RemarkRow.id))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    assigned_at: Mapped[datetime | None]
    picked_up_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("round > 0", name="round"),
        CheckConstraint("radius_km > 0", name="radius"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint(
            "(courier_id IS NULL) = (assigned_at IS NULL) "
            "AND (courier_id IS NULL OR assignment > 0)",
            name="courier_was_assigned",
        ),
        CheckConstraint(
            "CASE WHEN state = 'offered' THEN courier_id IS NULL "
            "WHEN state IN ('assigned', 'picked_up', 'delivered') THEN courier_id IS NOT NULL "
            "ELSE true END",
            name="courier_fits_the_state",
        ),
        CheckConstraint(
            "CASE WHEN state IN ('offered', 'assigned') THEN picked_up_at IS NULL "
            "WHEN state IN ('picked_up', 'delivered') THEN picked_up_at IS NOT NULL "
            "ELSE true END",
            name="pick_up_fits_the_state",
        ),
        CheckConstraint(
            "num_nonnulls(ended_at, code) = CASE "
            "WHEN state IN ('delivered', 'failed', 'cancelled') THEN 2 ELSE 0 END",
            name="end_has_a_time_and_a_code",
        ),
        # Open offers near a place, and nothing that is over.
        Index("ix_deliveries_open", "lat", "lon", postgresql_where=text("state = 'offered'")),
        # How many a courier holds.
        Index(
            "ix_deliveries_held",
            "courier_id",
            postgresql_where=text("state IN ('assigned', 'picked_up')"),
        ),
        # Read backwards for newest first.
        Index(None, "courier_id", "assigned_at", "order_id"),
    )


class ReleaseRow(Base):
    """Who had a delivery and has it no more. `lost`: it was taken back from a silent courier."""

    __tablename__ = "releases"

    order_id: Mapped[UUID] = mapped_column(ForeignKey(DeliveryRow.order_id), primary_key=True)
    assignment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    courier_id: Mapped[UUID] = mapped_column(ForeignKey(CourierRow.account_id))
    lost: Mapped[bool]
    released_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("assignment > 0", name="assignment"),
        Index(None, "courier_id", "order_id"),
    )


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"

"""The tables of `catalog`: columns and constraints only (see docs/databases.md)."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapters.postgres.engine import metadata
from adapters.postgres.outbox import OutboxColumns
from adapters.postgres.rows import TYPES
from domain.stock import ReservationState


class Base(DeclarativeBase):
    metadata = metadata("catalog")
    type_annotation_map: ClassVar[dict[Any, Any]] = {**TYPES, int: Integer, float: Double}


class RestaurantRow(Base):
    """`kitchen_busy` of its `kitchen_slots` (null: no bound) are taken by reservations.

    `band` is that of `domain.rings`. `menu_revision` is another one after every change of the menu
    that a guest could see: triggers of `menu_items` write it. `version` counts what the staff
    changed in the row, and `event_version` the events of restaurant and menu.
    """

    __tablename__ = "restaurants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]
    line1: Mapped[str]
    city: Mapped[str]
    lat: Mapped[float]
    lon: Mapped[float]
    band: Mapped[int] = mapped_column(Computed("floor(lat * 100)::integer", persisted=True))
    cuisine: Mapped[str | None]
    opening_hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    auto_accept: Mapped[bool]
    acceptance_minutes: Mapped[int]
    preparation_minutes: Mapped[int]
    kitchen_slots: Mapped[int | None]
    kitchen_busy: Mapped[int] = mapped_column(server_default="0")
    paused: Mapped[bool]
    version: Mapped[int]
    event_version: Mapped[int] = mapped_column(server_default="0")
    menu_revision: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        CheckConstraint("acceptance_minutes > 0", name="acceptance_minutes"),
        CheckConstraint("preparation_minutes > 0", name="preparation_minutes"),
        CheckConstraint(
            "kitchen_busy >= 0 AND (kitchen_slots IS NULL OR kitchen_busy <= kitchen_slots)",
            name="kitchen_busy_within_slots",
        ),
        CheckConstraint("version > 0", name="version"),
        # Distances are measured from the index alone.
        Index(None, "band", "lon", postgresql_include=["lat", "id"]),
        Index(None, "name", "id"),
        # The extension is in this schema, because the role sees no other.
        Index(
            None,
            "name",
            "cuisine",
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(("name", "cuisine"), "catalog.gin_trgm_ops"),
        ),
    )


class MenuItemRow(Base):
    """`price` is in minor units of the restaurant's currency; `stock` null is unlimited.

    A removed dish keeps its row, because reservations refer to it. `version` counts what the
    staff changed, not what orders took.
    """

    __tablename__ = "menu_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    restaurant_id: Mapped[UUID] = mapped_column(ForeignKey(RestaurantRow.id))
    name: Mapped[str]
    description: Mapped[str]
    price: Mapped[int] = mapped_column(BigInteger)
    stock: Mapped[int | None]
    available: Mapped[bool]
    removed: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("stock >= 0", name="stock_not_negative"),
        CheckConstraint("version > 0", name="version"),
        Index(None, "restaurant_id", "created_at", "id"),
    )


class ReservationRow(Base):
    """What an order holds. Without a restaurant: the tombstone of an undo that came first.

    `withdrew` once the kitchen has said of the order which dishes it had run out of. `version`
    counts its changes, each of which has an event.
    """

    __tablename__ = "reservations"

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    # Checked at commit: a restaurant that isn't there is refused by name before that.
    restaurant_id: Mapped[UUID | None] = mapped_column(
        ForeignKey(RestaurantRow.id, deferrable=True, initially="DEFERRED")
    )
    state: Mapped[ReservationState]
    withdrew: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint(
            "state = 'released' OR restaurant_id IS NOT NULL", name="held_at_a_restaurant"
        ),
    )


class ReservationLineRow(Base):
    """What was taken out of counted stock and comes back; nothing for unlimited dishes."""

    __tablename__ = "reservation_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey(ReservationRow.order_id), primary_key=True)
    menu_item_id: Mapped[UUID] = mapped_column(ForeignKey(MenuItemRow.id), primary_key=True)
    quantity: Mapped[int]

    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)


class OutboxRow(OutboxColumns, Base):
    __tablename__ = "outbox"

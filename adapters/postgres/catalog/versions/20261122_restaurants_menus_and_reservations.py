"""Restaurants, menus and what orders hold of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from adapters.postgres.outbox import NOTIFY

revision = "50b44b77a433"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregatetype", sa.Text(), nullable=False),
        sa.Column("aggregateid", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("position", name=op.f("uq_outbox_position")),
        schema="catalog",
    )
    op.create_table(
        "restaurants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("cuisine", sa.Text(), nullable=True),
        sa.Column(
            "opening_hours",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("auto_accept", sa.Boolean(), nullable=False),
        sa.Column("acceptance_minutes", sa.Integer(), nullable=False),
        sa.Column("preparation_minutes", sa.Integer(), nullable=False),
        sa.Column("kitchen_slots", sa.Integer(), nullable=True),
        sa.Column("kitchen_busy", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_restaurants_currency")),
        sa.CheckConstraint(
            "acceptance_minutes > 0", name=op.f("ck_restaurants_acceptance_minutes")
        ),
        sa.CheckConstraint(
            "kitchen_busy >= 0 AND (kitchen_slots IS NULL OR kitchen_busy <= kitchen_slots)",
            name=op.f("ck_restaurants_kitchen_busy_within_slots"),
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_restaurants_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_restaurants_lon")),
        sa.CheckConstraint(
            "preparation_minutes > 0", name=op.f("ck_restaurants_preparation_minutes")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_restaurants_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restaurants")),
        schema="catalog",
    )
    op.create_index(
        op.f("ix_restaurants_lat_lon"),
        "restaurants",
        ["lat", "lon"],
        unique=False,
        schema="catalog",
    )
    op.create_index(
        op.f("ix_restaurants_name_id"),
        "restaurants",
        ["name", "id"],
        unique=False,
        schema="catalog",
    )
    op.create_table(
        "menu_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("restaurant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("price > 0", name=op.f("ck_menu_items_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_menu_items_stock_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("ck_menu_items_version")),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["catalog.restaurants.id"],
            name=op.f("fk_menu_items_restaurant_id_restaurants"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_items")),
        schema="catalog",
    )
    op.create_index(
        op.f("ix_menu_items_restaurant_id_created_at_id"),
        "menu_items",
        ["restaurant_id", "created_at", "id"],
        unique=False,
        schema="catalog",
    )
    op.create_table(
        "reservations",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("restaurant_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "released",
                name="reservationstate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state = 'released' OR restaurant_id IS NOT NULL",
            name=op.f("ck_reservations_held_at_a_restaurant"),
        ),
        sa.ForeignKeyConstraint(
            ["restaurant_id"],
            ["catalog.restaurants.id"],
            name=op.f("fk_reservations_restaurant_id_restaurants"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_reservations")),
        schema="catalog",
    )
    op.create_table(
        "reservation_lines",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("menu_item_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["menu_item_id"],
            ["catalog.menu_items.id"],
            name=op.f("fk_reservation_lines_menu_item_id_menu_items"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["catalog.reservations.order_id"],
            name=op.f("fk_reservation_lines_order_id_reservations"),
        ),
        sa.PrimaryKeyConstraint("order_id", "menu_item_id", name=op.f("pk_reservation_lines")),
        schema="catalog",
    )
    op.execute(NOTIFY.format(schema="catalog"))


def downgrade() -> None:
    op.drop_table("reservation_lines", schema="catalog")
    op.drop_table("reservations", schema="catalog")
    op.drop_index(
        op.f("ix_menu_items_restaurant_id_created_at_id"), table_name="menu_items", schema="catalog"
    )
    op.drop_table("menu_items", schema="catalog")
    op.drop_index(op.f("ix_restaurants_name_id"), table_name="restaurants", schema="catalog")
    op.drop_index(op.f("ix_restaurants_lat_lon"), table_name="restaurants", schema="catalog")
    op.drop_table("restaurants", schema="catalog")
    op.drop_table("outbox", schema="catalog")
    op.execute("DROP FUNCTION catalog.outbox_notify()")

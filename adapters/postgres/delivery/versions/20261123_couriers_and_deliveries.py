"""Couriers, and the deliveries they are offered and carry."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from adapters.postgres.outbox import NOTIFY

revision = "a6b24015d5b0"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "couriers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle", sa.Text(), nullable=False),
        sa.Column("available", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("located_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_couriers_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_couriers_lon")),
        sa.CheckConstraint(
            "num_nulls(lat, lon, located_at) IN (0, 3)", name=op.f("ck_couriers_place_is_whole")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_couriers")),
        schema="delivery",
    )
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
        schema="delivery",
    )
    op.create_table(
        "remarks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["courier_id"],
            ["delivery.couriers.account_id"],
            name=op.f("fk_remarks_courier_id_couriers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
        schema="delivery",
    )
    op.create_index(
        op.f("ix_remarks_order_id"), "remarks", ["order_id"], unique=False, schema="delivery"
    )
    op.create_table(
        "deliveries",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("restaurant_id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "assigned",
                "picked_up",
                "delivered",
                "failed",
                "cancelled",
                name="deliverystate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("radius_km", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assignment", sa.Integer(), server_default="0", nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column(
            "code",
            sa.Enum(
                "delivered",
                "no_courier",
                "courier_lost",
                "delivery_failed",
                "called_off",
                "cancelled_in_engine",
                name="deliverycode",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("picked_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "CASE WHEN state = 'offered' THEN courier_id IS NULL "
            "WHEN state IN ('assigned', 'picked_up', 'delivered') THEN courier_id IS NOT NULL "
            "ELSE true END",
            name=op.f("ck_deliveries_courier_fits_the_state"),
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('offered', 'assigned') THEN picked_up_at IS NULL "
            "WHEN state IN ('picked_up', 'delivered') THEN picked_up_at IS NOT NULL "
            "ELSE true END",
            name=op.f("ck_deliveries_pick_up_fits_the_state"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_deliveries_currency")),
        sa.CheckConstraint(
            "num_nonnulls(ended_at, code) = CASE "
            "WHEN state IN ('delivered', 'failed', 'cancelled') THEN 2 ELSE 0 END",
            name=op.f("ck_deliveries_end_has_a_time_and_a_code"),
        ),
        sa.CheckConstraint(
            "(courier_id IS NULL) = (assigned_at IS NULL) "
            "AND (courier_id IS NULL OR assignment > 0)",
            name=op.f("ck_deliveries_courier_was_assigned"),
        ),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_deliveries_fee_not_negative")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_deliveries_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_deliveries_lon")),
        sa.CheckConstraint("radius_km > 0", name=op.f("ck_deliveries_radius")),
        sa.CheckConstraint("round > 0", name=op.f("ck_deliveries_round")),
        sa.CheckConstraint("version > 0", name=op.f("ck_deliveries_version")),
        sa.ForeignKeyConstraint(
            ["courier_id"],
            ["delivery.couriers.account_id"],
            name=op.f("fk_deliveries_courier_id_couriers"),
        ),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["delivery.remarks.id"], name=op.f("fk_deliveries_remark_id_remarks")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_deliveries")),
        schema="delivery",
    )
    op.create_index(
        op.f("ix_deliveries_courier_id_assigned_at_order_id"),
        "deliveries",
        ["courier_id", "assigned_at", "order_id"],
        unique=False,
        schema="delivery",
    )
    op.create_index(
        "ix_deliveries_held",
        "deliveries",
        ["courier_id"],
        unique=False,
        schema="delivery",
        postgresql_where=sa.text("state IN ('assigned', 'picked_up')"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["lat", "lon"],
        unique=False,
        schema="delivery",
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "releases",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("assignment", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column(
            "released_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("assignment > 0", name=op.f("ck_releases_assignment")),
        sa.ForeignKeyConstraint(
            ["courier_id"],
            ["delivery.couriers.account_id"],
            name=op.f("fk_releases_courier_id_couriers"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["delivery.deliveries.order_id"],
            name=op.f("fk_releases_order_id_deliveries"),
        ),
        sa.PrimaryKeyConstraint("order_id", "assignment", name=op.f("pk_releases")),
        schema="delivery",
    )
    op.create_index(
        op.f("ix_releases_courier_id_order_id"),
        "releases",
        ["courier_id", "order_id"],
        unique=False,
        schema="delivery",
    )
    op.execute(NOTIFY.format(schema="delivery"))


def downgrade() -> None:
    op.drop_index(op.f("ix_releases_courier_id_order_id"), table_name="releases", schema="delivery")
    op.drop_table("releases", schema="delivery")
    op.drop_index(
        "ix_deliveries_open",
        table_name="deliveries",
        schema="delivery",
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.drop_index(
        "ix_deliveries_held",
        table_name="deliveries",
        schema="delivery",
        postgresql_where=sa.text("state IN ('assigned', 'picked_up')"),
    )
    op.drop_index(
        op.f("ix_deliveries_courier_id_assigned_at_order_id"),
        table_name="deliveries",
        schema="delivery",
    )
    op.drop_table("deliveries", schema="delivery")
    op.drop_index(op.f("ix_remarks_order_id"), table_name="remarks", schema="delivery")
    op.drop_table("remarks", schema="delivery")
    op.drop_table("outbox", schema="delivery")
    op.drop_table("couriers", schema="delivery")
    op.execute("DROP FUNCTION delivery.outbox_notify()")

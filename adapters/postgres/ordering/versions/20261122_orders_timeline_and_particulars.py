"""Orders, their timeline and what people wrote with them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from adapters.postgres.outbox import NOTIFY

revision = "fc199d2521d1"
down_revision = None
branch_labels = None
depends_on = None

_FINAL = """
CREATE FUNCTION ordering.orders_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'order % ended as %', OLD.id, OLD.status
  USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER orders_status_is_final BEFORE UPDATE OF status ON ordering.orders
FOR EACH ROW WHEN (
  OLD.status IN ('delivered', 'payment_failed', 'rejected', 'cancelled')
  AND NEW.status <> OLD.status
) EXECUTE FUNCTION ordering.orders_refuse();
"""
_APPEND_ONLY = """
CREATE FUNCTION ordering.timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the timeline is append-only'
  USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER timeline_append_only BEFORE UPDATE OR DELETE ON ordering.timeline
FOR EACH ROW EXECUTE FUNCTION ordering.timeline_refuse();
"""


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
        schema="ordering",
    )
    op.create_table(
        "particulars",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("order_id", "request_hash", name=op.f("pk_particulars")),
        schema="ordering",
    )
    op.create_table(
        "remarks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "customer",
                "restaurant",
                "courier",
                "support",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
        schema="ordering",
    )
    op.create_index(
        op.f("ix_remarks_order_id"), "remarks", ["order_id"], unique=False, schema="ordering"
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "placed",
                "reserved",
                "payment_action_required",
                "confirmed",
                "accepted",
                "preparing",
                "ready",
                "picked_up",
                "delivered",
                "payment_failed",
                "rejected",
                "cancelled",
                name="orderstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "refund_status",
            sa.Enum(
                "none",
                "pending",
                "partial",
                "full",
                "due",
                name="refundstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("restaurant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("service_fee", sa.BigInteger(), nullable=False),
        sa.Column("tip", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column(
            "payment_status",
            sa.Enum(
                "pending",
                "requires_action",
                "authorized",
                "captured",
                "voided",
                "failed",
                "partially_refunded",
                "refunded",
                name="paymentstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column(
            "cancelled_by",
            sa.Enum(
                "customer",
                "restaurant",
                "courier",
                "support",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("cancellation_code", sa.Text(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "NOT jsonb_path_exists(lines, '$[*] ? (@.quantity < 1 || @.unit_price < 0)')",
            name=op.f("ck_orders_lines_positive"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_orders_currency")),
        sa.CheckConstraint(
            "num_nonnulls(cancelled_by, cancellation_code, cancellation_reason) = CASE "
            "WHEN status IN ('payment_failed', 'rejected', 'cancelled') THEN 3 ELSE 0 END",
            name=op.f("ck_orders_end_without_food_has_a_reason"),
        ),
        sa.CheckConstraint(
            "authorized + captured <= total", name=op.f("ck_orders_payment_within_total")
        ),
        sa.CheckConstraint("jsonb_array_length(lines) > 0", name=op.f("ck_orders_lines_not_empty")),
        sa.CheckConstraint(
            "least(subtotal, delivery_fee, service_fee, tip, authorized, captured, refunded) >= 0",
            name=op.f("ck_orders_amounts_not_negative"),
        ),
        sa.CheckConstraint("refunded <= captured", name=op.f("ck_orders_refunded_within_captured")),
        sa.CheckConstraint(
            "total = subtotal + delivery_fee + service_fee + tip",
            name=op.f("ck_orders_total_is_the_sum"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_orders_version")),
        sa.ForeignKeyConstraint(
            ["id", "request_hash"],
            ["ordering.particulars.order_id", "ordering.particulars.request_hash"],
            name=op.f("fk_orders_id_request_hash_particulars"),
        ),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["ordering.remarks.id"], name=op.f("fk_orders_remark_id_remarks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        schema="ordering",
    )
    op.create_index(
        op.f("ix_orders_customer_id_placed_at_id"),
        "orders",
        ["customer_id", "placed_at", "id"],
        unique=False,
        schema="ordering",
    )
    op.create_index(
        op.f("ix_orders_restaurant_id_placed_at_id"),
        "orders",
        ["restaurant_id", "placed_at", "id"],
        unique=False,
        schema="ordering",
    )
    op.create_index(
        op.f("ix_orders_restaurant_id_status_placed_at_id"),
        "orders",
        ["restaurant_id", "status", "placed_at", "id"],
        unique=False,
        schema="ordering",
    )
    op.create_table(
        "timeline",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column(
            "actor",
            sa.Enum(
                "customer",
                "restaurant",
                "courier",
                "support",
                "system",
                name="actor",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_timeline_sequence")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["ordering.orders.id"], name=op.f("fk_timeline_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("order_id", "sequence", name=op.f("pk_timeline")),
        sa.UniqueConstraint(
            "order_id", "key", "event", name=op.f("uq_timeline_order_id_key_event")
        ),
        schema="ordering",
    )
    op.execute(NOTIFY.format(schema="ordering"))
    op.execute(_FINAL)
    op.execute(_APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("timeline", schema="ordering")
    op.drop_index(
        op.f("ix_orders_restaurant_id_status_placed_at_id"), table_name="orders", schema="ordering"
    )
    op.drop_index(
        op.f("ix_orders_restaurant_id_placed_at_id"), table_name="orders", schema="ordering"
    )
    op.drop_index(
        op.f("ix_orders_customer_id_placed_at_id"), table_name="orders", schema="ordering"
    )
    op.drop_table("orders", schema="ordering")
    op.drop_index(op.f("ix_remarks_order_id"), table_name="remarks", schema="ordering")
    op.drop_table("remarks", schema="ordering")
    op.drop_table("particulars", schema="ordering")
    op.drop_table("outbox", schema="ordering")
    op.execute("DROP FUNCTION ordering.outbox_notify()")
    op.execute("DROP FUNCTION ordering.orders_refuse()")
    op.execute("DROP FUNCTION ordering.timeline_refuse()")

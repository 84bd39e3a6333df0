"""What the kitchen dropped and promised, who carries it, and how new the payment's columns are."""

import sqlalchemy as sa
from alembic import op

revision = "386fa9834913"
down_revision = "fc199d2521d1"
branch_labels = None
depends_on = None

_LISTED_BY = ("courier_id", "status", "refund_status")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    for column in (
        sa.Column("placed_total", sa.BigInteger(), nullable=True),
        sa.Column("payment_version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("ready_by", sa.DateTime(timezone=True), nullable=True),
        # Nobody measured the way of the orders that are there: a quarter of an hour is usual.
        sa.Column("ride_minutes", sa.BigInteger(), server_default="15", nullable=False),
    ):
        op.add_column("orders", column, schema="ordering")
    op.execute("UPDATE ordering.orders SET placed_total = total")
    op.alter_column("orders", "placed_total", nullable=False, schema="ordering")
    op.alter_column("orders", "ride_minutes", server_default=None, schema="ordering")
    _replace_check("payment_within_total", "payment_within_placed", "placed_total")
    op.create_check_constraint(
        op.f("ck_orders_total_within_placed"), "orders", "total <= placed_total", schema="ordering"
    )
    op.create_index(
        op.f("ix_orders_placed_at_id"), "orders", ["placed_at", "id"], schema="ordering"
    )
    for column in _LISTED_BY:
        op.create_index(
            op.f(f"ix_orders_{column}_placed_at_id"),
            "orders",
            [column, "placed_at", "id"],
            schema="ordering",
        )


def downgrade() -> None:
    for column in _LISTED_BY:
        op.drop_index(
            op.f(f"ix_orders_{column}_placed_at_id"), table_name="orders", schema="ordering"
        )
    op.drop_index(op.f("ix_orders_placed_at_id"), table_name="orders", schema="ordering")
    op.drop_constraint(op.f("ck_orders_total_within_placed"), "orders", schema="ordering")
    _replace_check("payment_within_placed", "payment_within_total", "total")
    for column in ("ride_minutes", "ready_by", "courier_id", "payment_version", "placed_total"):
        op.drop_column("orders", column, schema="ordering")


def _replace_check(old: str, new: str, bound: str) -> None:
    op.drop_constraint(op.f(f"ck_orders_{old}"), "orders", schema="ordering")
    op.create_check_constraint(
        op.f(f"ck_orders_{new}"), "orders", f"authorized + captured <= {bound}", schema="ordering"
    )

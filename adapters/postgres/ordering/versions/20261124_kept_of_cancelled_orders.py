"""What the customer of a cancelled order still pays: support may keep a part of the money."""

import sqlalchemy as sa
from alembic import op

revision = "e80b4f5a92c3"
down_revision = "b52c9d07e6f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in ("orders", "orders_rebuilt"):
        op.add_column(table, sa.Column("kept", sa.BigInteger(), nullable=True), schema="ordering")
    op.create_check_constraint(
        op.f("ck_orders_kept_of_a_cancelled_order"),
        "orders",
        "kept IS NULL OR status = 'cancelled' AND kept > 0 AND kept < placed_total",
        schema="ordering",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_constraint(
        op.f("ck_orders_kept_of_a_cancelled_order"), "orders", schema="ordering", type_="check"
    )
    for table in ("orders_rebuilt", "orders"):
        op.drop_column(table, "kept", schema="ordering")

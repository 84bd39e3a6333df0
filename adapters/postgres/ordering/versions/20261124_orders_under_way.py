"""Orders that have not ended, by when they last changed: to find those that stand still."""

import sqlalchemy as sa
from alembic import op

revision = "2f6ac81b5e07"
down_revision = "e80b4f5a92c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_index(
        "ix_orders_under_way",
        "orders",
        ["status", "updated_at"],
        schema="ordering",
        postgresql_where=sa.text(
            "status NOT IN ('delivered', 'payment_failed', 'rejected', 'cancelled')"
        ),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("ix_orders_under_way", table_name="orders", schema="ordering")

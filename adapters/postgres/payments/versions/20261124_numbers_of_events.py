"""Payments count their events."""

import sqlalchemy as sa
from alembic import op

revision = "7e3b90c5d1f4"
down_revision = "5df34c877ecd"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.add_column(
        "payments",
        sa.Column("event_version", sa.BigInteger(), server_default="0", nullable=False),
        schema="payments",
    )
    op.create_check_constraint(
        op.f("ck_payments_event_version"), "payments", "event_version >= 0", schema="payments"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("payments", "event_version", schema="payments")

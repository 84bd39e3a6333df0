"""What people were told about one order, for support to read."""

from alembic import op

revision = "b7d0c41f9e36"
down_revision = "d41f6a0b93e5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    name = op.f("ix_notifications_order_id")
    op.create_index(name, "notifications", ["order_id"], schema="notifications")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    name = op.f("ix_notifications_order_id")
    op.drop_index(name, table_name="notifications", schema="notifications")

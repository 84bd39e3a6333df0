"""A case's deadline can be moved: which one it was opened with tells its openings apart."""

import sqlalchemy as sa
from alembic import op

revision = "d4c7a1e0b865"
down_revision = "7e3b90c5d1f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    # Null in the rows that are there: their deadline never moved, and is the first.
    op.add_column(
        "cases",
        sa.Column("first_deadline", sa.DateTime(timezone=True), nullable=True),
        schema="payments",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("cases", "first_deadline", schema="payments")

"""Until when the kitchen may answer, for the countdown that it is shown."""

import sqlalchemy as sa
from alembic import op

revision = "c1a86e0f4d27"
down_revision = "5d0c7f1e93ab"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    # Of the orders that are there nobody wrote it down: ten minutes is what restaurants begin with.
    # The default stays: the release before this one writes rows without it.
    op.add_column(
        "orders",
        sa.Column("acceptance_minutes", sa.BigInteger(), server_default="10", nullable=False),
        schema="ordering",
    )
    op.add_column(
        "orders",
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        schema="ordering",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_column("orders", "answer_by", schema="ordering")
    op.drop_column("orders", "acceptance_minutes", schema="ordering")

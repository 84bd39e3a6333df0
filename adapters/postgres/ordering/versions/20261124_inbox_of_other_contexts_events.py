"""The inbox of what other contexts tell, and room for it in the timeline."""

import sqlalchemy as sa
from alembic import op

revision = "7e4b1d90c8a2"
down_revision = "c1a86e0f4d27"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("consumer", "event_id", name=op.f("pk_inbox")),
        schema="ordering",
    )
    op.alter_column("timeline", "key", nullable=True, schema="ordering")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("ALTER TABLE ordering.timeline DISABLE TRIGGER timeline_append_only")
    op.execute("UPDATE ordering.timeline SET key = sequence::text WHERE key IS NULL")
    op.execute("ALTER TABLE ordering.timeline ENABLE TRIGGER timeline_append_only")
    op.alter_column("timeline", "key", nullable=False, schema="ordering")
    op.drop_table("inbox", schema="ordering")

"""What the sweep finds: workflows that need a person and can't say so themselves."""

import sqlalchemy as sa
from alembic import op

revision = "4e0b8c61d7a3"
down_revision = "9c1f7ad2e654"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    kind = sa.Enum(
        "own_code_fails",
        "no_progress",
        "no_workflow",
        "terminated",
        name="findingkind",
        native_enum=False,
        create_constraint=True,
        length=64,
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        schema="support",
    )
    op.create_index(
        "uq_findings_open",
        "findings",
        ["kind", "workflow_id", "run_id"],
        unique=True,
        schema="support",
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        op.f("ix_findings_order_id_since_id"),
        "findings",
        ["order_id", "since", "id"],
        schema="support",
    )


def downgrade() -> None:
    op.drop_table("findings", schema="support")

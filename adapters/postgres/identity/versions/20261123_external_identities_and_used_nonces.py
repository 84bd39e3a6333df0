"""external identities and used nonces."""

import sqlalchemy as sa
from alembic import op

revision = "8d41f7b0c95e"
down_revision = "259a6b92c1e4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["identity.accounts.account_id"],
            name=op.f("fk_external_identities_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identities")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_external_identities_account_id"),
        "external_identities",
        ["account_id"],
        unique=False,
        schema="identity",
    )
    op.create_table(
        "used_nonces",
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_used_nonces")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_used_nonces_expires_at"),
        "used_nonces",
        ["expires_at"],
        unique=False,
        schema="identity",
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_used_nonces_expires_at"), table_name="used_nonces", schema="identity")
    op.drop_table("used_nonces", schema="identity")
    op.drop_index(
        op.f("ix_external_identities_account_id"),
        table_name="external_identities",
        schema="identity",
    )
    op.drop_table("external_identities", schema="identity")

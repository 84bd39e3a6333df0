"""throttling, password resets, answered refreshes and erased accounts."""

import sqlalchemy as sa
from alembic import op

revision = "259a6b92c1e4"
down_revision = "3c1d448376c9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "login_attempts",
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_login_attempts_tries")),
        sa.PrimaryKeyConstraint("account", "place", name=op.f("pk_login_attempts")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_login_attempts_tried_at"),
        "login_attempts",
        ["tried_at"],
        unique=False,
        schema="identity",
    )
    op.create_table(
        "password_resets",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["identity.accounts.account_id"],
            name=op.f("fk_password_resets_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_resets")),
        schema="identity",
    )
    op.create_index(
        op.f("ix_password_resets_account_id"),
        "password_resets",
        ["account_id"],
        unique=False,
        schema="identity",
    )
    op.add_column(
        "accounts",
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        schema="identity",
    )
    op.add_column(
        "accounts",
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        schema="identity",
    )
    op.alter_column("accounts", "email", existing_type=sa.TEXT(), nullable=True, schema="identity")
    op.alter_column(
        "accounts", "password_hash", existing_type=sa.TEXT(), nullable=True, schema="identity"
    )
    op.create_index(
        "ix_accounts_unforgotten",
        "accounts",
        ["erased_at"],
        unique=False,
        schema="identity",
        postgresql_where=sa.text("erased_at IS NOT NULL AND forgotten_at IS NULL"),
    )
    op.add_column(
        "refresh_tokens", sa.Column("successor", sa.LargeBinary(), nullable=True), schema="identity"
    )
    op.add_column(
        "refresh_tokens",
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        schema="identity",
    )
    for table in ("sessions", "refresh_tokens"):
        op.create_index(
            op.f(f"ix_{table}_expires_at"), table, ["expires_at"], unique=False, schema="identity"
        )
    op.create_check_constraint(
        op.f("ck_accounts_erased_is_nobody"),
        "accounts",
        "CASE WHEN erased_at IS NULL THEN email IS NOT NULL AND forgotten_at IS NULL "
        "ELSE num_nonnulls(email, phone, password_hash) = 0 AND name = '' END",
        schema="identity",
    )


def downgrade() -> None:
    op.drop_constraint("ck_accounts_erased_is_nobody", "accounts", schema="identity")
    for table in ("sessions", "refresh_tokens"):
        op.drop_index(op.f(f"ix_{table}_expires_at"), table_name=table, schema="identity")
    op.drop_column("refresh_tokens", "answered_at", schema="identity")
    op.drop_column("refresh_tokens", "successor", schema="identity")
    op.drop_index(
        "ix_accounts_unforgotten",
        table_name="accounts",
        schema="identity",
        postgresql_where=sa.text("erased_at IS NOT NULL AND forgotten_at IS NULL"),
    )
    op.alter_column(
        "accounts", "password_hash", existing_type=sa.TEXT(), nullable=False, schema="identity"
    )
    op.alter_column("accounts", "email", existing_type=sa.TEXT(), nullable=False, schema="identity")
    op.drop_column("accounts", "forgotten_at", schema="identity")
    op.drop_column("accounts", "erased_at", schema="identity")
    op.drop_index(
        op.f("ix_password_resets_account_id"), table_name="password_resets", schema="identity"
    )
    op.drop_table("password_resets", schema="identity")
    op.drop_index(
        op.f("ix_login_attempts_tried_at"), table_name="login_attempts", schema="identity"
    )
    op.drop_table("login_attempts", schema="identity")

"""How far people of support may go; accounts that are found by phone or a part of an address."""

import sqlalchemy as sa
from alembic import op

from adapters.phones import dialled
from adapters.settings import PhoneSettings

revision = "b3d9e05c7a18"
down_revision = "f27c60a4be19"
branch_labels = None
depends_on = None

_ERASED_IS_NOBODY = (
    "CASE WHEN erased_at IS NULL THEN email IS NOT NULL AND forgotten_at IS NULL "
    "ELSE num_nonnulls(email, phone, {digits}password_hash) = 0 AND name = '' END"
)


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "support_rights",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "right",
            sa.Enum(
                "read",
                "act",
                "money",
                name="right",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["identity.accounts.account_id"],
            name=op.f("fk_support_rights_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_support_rights")),
        schema="identity",
    )
    op.add_column(
        "accounts", sa.Column("phone_digits", sa.Text(), nullable=True), schema="identity"
    )
    _normalise_phones()
    _restate_erased("phone_digits, ")
    op.create_index(
        "ix_accounts_email_beginning",
        "accounts",
        ["email"],
        schema="identity",
        postgresql_ops={"email": "text_pattern_ops"},
    )
    op.create_index(
        "ix_accounts_phone_ending",
        "accounts",
        [sa.text("reverse(phone_digits) text_pattern_ops")],
        schema="identity",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("ix_accounts_phone_ending", table_name="accounts", schema="identity")
    op.drop_index("ix_accounts_email_beginning", table_name="accounts", schema="identity")
    _restate_erased("")
    op.drop_column("accounts", "phone_digits", schema="identity")
    op.drop_table("support_rights", schema="identity")


def _normalise_phones() -> None:
    """Not in SQL: it is a library that knows how each country dials."""
    accounts = sa.table(
        "accounts",
        sa.column("account_id"),
        sa.column("phone"),
        sa.column("phone_digits"),
        schema="identity",
    )
    region, connection = PhoneSettings().region, op.get_bind()
    written = sa.select(accounts.c.account_id, accounts.c.phone).where(
        accounts.c.phone.is_not(None)
    )
    normalised = [
        {"id": account_id, "digits": dialled(phone, region)}
        for account_id, phone in connection.execute(written)
    ]
    if normalised:
        of_one = sa.update(accounts).where(accounts.c.account_id == sa.bindparam("id"))
        connection.execute(of_one.values(phone_digits=sa.bindparam("digits")), normalised)


def _restate_erased(digits: str) -> None:
    name = op.f("ck_accounts_erased_is_nobody")
    op.drop_constraint(name, "accounts", schema="identity", type_="check")
    rule = _ERASED_IS_NOBODY.format(digits=digits)
    op.create_check_constraint(name, "accounts", rule, schema="identity")

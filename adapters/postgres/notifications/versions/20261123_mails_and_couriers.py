"""The queue of mails, what people want by mail, and news for couriers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b27f1adcfcbc"
down_revision = "7be0c2f5a913"
branch_labels = None
depends_on = None

_TYPES = (
    "order_confirmed",
    "order_accepted",
    "order_rejected",
    "order_cancelled",
    "order_payment_failed",
    "new_order",
    "money_owed",
    "order_delayed",
    "order_picked_up",
    "order_delivered",
)
_OF_COURIERS = ("delivery_taken_back", "delivery_called_off", "delivery_paid")
_AUDIENCES = ("customer", "restaurant")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "email_preferences",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("order_updates", sa.Boolean(), nullable=False),
        sa.Column("receipts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_email_preferences")),
        schema="notifications",
    )
    op.create_table(
        "emails",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "template",
            sa.Enum(
                "receipt",
                "news",
                "password_reset",
                name="emailtemplate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "next_attempt_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "sent",
                "nobody",
                "off",
                "refused",
                "expired",
                name="emailoutcome",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "num_nonnulls(finished_at, outcome) IN (0, 2)", name=op.f("ck_emails_finished_somehow")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emails")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_emails_dedupe_key")),
        schema="notifications",
    )
    op.create_index(
        op.f("ix_emails_account_id"), "emails", ["account_id"], unique=False, schema="notifications"
    )
    op.create_index(
        op.f("ix_emails_finished_at"),
        "emails",
        ["finished_at"],
        unique=False,
        schema="notifications",
    )
    op.create_index(
        "ix_emails_unsent",
        "emails",
        ["created_at"],
        unique=False,
        schema="notifications",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "ix_emails_waiting",
        "emails",
        ["next_attempt_at"],
        unique=False,
        schema="notifications",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        op.f("ix_notifications_recipient_id_created_at_id"),
        "notifications",
        ["recipient_id", "created_at", "id"],
        schema="notifications",
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["recipient_id", "created_at", "id"],
        schema="notifications",
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index(
        op.f("ix_notifications_audience_recipient_id_created_at_id"),
        table_name="notifications",
        schema="notifications",
    )
    _allow("type", "notificationtype", [*_TYPES, *_OF_COURIERS])
    _allow("audience", "audience", [*_AUDIENCES, "courier"])


def downgrade() -> None:
    op.execute("DELETE FROM notifications.notifications WHERE audience = 'courier'")
    _allow("audience", "audience", _AUDIENCES)
    _allow("type", "notificationtype", _TYPES)
    op.create_index(
        op.f("ix_notifications_audience_recipient_id_created_at_id"),
        "notifications",
        ["audience", "recipient_id", "created_at", "id"],
        schema="notifications",
    )
    for name in ("ix_notifications_unread", "ix_notifications_recipient_id_created_at_id"):
        op.drop_index(name, table_name="notifications", schema="notifications")
    op.drop_index(
        "ix_emails_waiting",
        table_name="emails",
        schema="notifications",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_index(
        "ix_emails_unsent",
        table_name="emails",
        schema="notifications",
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.drop_index(op.f("ix_emails_finished_at"), table_name="emails", schema="notifications")
    op.drop_index(op.f("ix_emails_account_id"), table_name="emails", schema="notifications")
    op.drop_table("emails", schema="notifications")
    op.drop_table("email_preferences", schema="notifications")


def _allow(column: str, rule: str, values: Sequence[str]) -> None:
    name = op.f(f"ck_notifications_{rule}")
    named = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(name, "notifications", schema="notifications")
    op.create_check_constraint(
        name, "notifications", f"{column} IN ({named})", schema="notifications"
    )

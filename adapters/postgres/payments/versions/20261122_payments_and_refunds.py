"""Payments, refunds and the steps that make them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from adapters.postgres.outbox import NOTIFY

revision = "31d852049226"
down_revision = None
branch_labels = None
depends_on = None

_CAPTURED_ONCE = """
CREATE FUNCTION payments.captured_once() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  RAISE EXCEPTION 'payment % was captured already', OLD.order_id
  USING ERRCODE = 'check_violation', CONSTRAINT = 'captured_once';
END $$;
CREATE TRIGGER captured_once BEFORE UPDATE ON payments.payments FOR EACH ROW
WHEN (OLD.captured > 0 AND NEW.captured <> OLD.captured)
EXECUTE FUNCTION payments.captured_once();
"""

# The lock lets refunds of one payment count each other: without it, two transactions at once
# would each see the sum without the other's.
_REFUNDS_WITHIN_CAPTURED = """
CREATE FUNCTION payments.refunds_within_captured() RETURNS trigger LANGUAGE plpgsql AS
$$ DECLARE
  limit_ bigint := (SELECT captured FROM payments.payments
                    WHERE order_id = NEW.order_id FOR NO KEY UPDATE);
BEGIN
  IF (SELECT sum(amount) FROM payments.refunds
      WHERE order_id = NEW.order_id AND status <> 'failed') > limit_ THEN
    RAISE EXCEPTION 'refunds of payment % exceed what was captured', NEW.order_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_captured';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refunds_within_captured AFTER INSERT OR UPDATE ON payments.refunds
FOR EACH ROW EXECUTE FUNCTION payments.refunds_within_captured();
"""


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "customers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_customer_id", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_customers")),
        sa.UniqueConstraint("stripe_customer_id", name=op.f("uq_customers_stripe_customer_id")),
        schema="payments",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aggregatetype", sa.Text(), nullable=False),
        sa.Column("aggregateid", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("position", name=op.f("uq_outbox_position")),
        schema="payments",
    )
    op.create_table(
        "steps",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "refused",
                "undone",
                name="stepstate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), server_default="1", nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("refusal_message", sa.Text(), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'undone') = (undone_by IS NOT NULL)", name=op.f("ck_steps_undone_by_an_undo")
        ),
        sa.CheckConstraint(
            "state <> 'refused' OR num_nonnulls(refusal, refusal_message) = 2",
            name=op.f("ck_steps_refused_for_a_reason"),
        ),
        sa.CheckConstraint(
            "state = 'undone' OR begun_at IS NOT NULL", name=op.f("ck_steps_begun_unless_undone")
        ),
        sa.CheckConstraint("n > 0", name=op.f("ck_steps_n")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_steps")),
        schema="payments",
    )
    op.create_table(
        "payment_methods",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("stripe_method_id", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["payments.customers.account_id"],
            name=op.f("fk_payment_methods_account_id_customers"),
        ),
        sa.PrimaryKeyConstraint("account_id", "given", name=op.f("pk_payment_methods")),
        schema="payments",
    )
    op.create_table(
        "payments",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("authorization_key", sa.Text(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("authorized", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "requires_action",
                "authorized",
                "captured",
                "voided",
                "failed",
                "partially_refunded",
                "refunded",
                name="paymentstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "CASE status WHEN 'authorized' THEN authorized > 0 "
            "WHEN 'captured' THEN captured > 0 AND refunded = 0 "
            "WHEN 'partially_refunded' THEN refunded > 0 AND refunded < captured "
            "WHEN 'refunded' THEN captured > 0 AND refunded = captured "
            "ELSE authorized + captured = 0 END",
            name=op.f("ck_payments_status_agrees_with_the_money"),
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_payments_currency")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint(
            "authorized + captured = 0 OR payment_intent_id IS NOT NULL",
            name=op.f("ck_payments_money_has_an_intent"),
        ),
        sa.CheckConstraint(
            "authorized = 0 OR captured = 0", name=op.f("ck_payments_held_or_captured")
        ),
        sa.CheckConstraint(
            "authorized BETWEEN 0 AND amount", name=op.f("ck_payments_authorized_within_amount")
        ),
        sa.CheckConstraint(
            "captured BETWEEN 0 AND amount", name=op.f("ck_payments_captured_within_amount")
        ),
        sa.CheckConstraint(
            "refunded BETWEEN 0 AND captured", name=op.f("ck_payments_refunded_within_captured")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_payments_version")),
        sa.ForeignKeyConstraint(
            ["authorization_key"],
            ["payments.steps.key"],
            name=op.f("fk_payments_authorization_key_steps"),
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_payments")),
        sa.UniqueConstraint("authorization_key", name=op.f("uq_payments_authorization_key")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_payments_payment_intent_id")),
        schema="payments",
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("stripe_refund_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "succeeded",
                "failed",
                name="refundstate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "status <> 'succeeded' OR stripe_refund_id IS NOT NULL",
            name=op.f("ck_refunds_succeeded_at_stripe"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["key"], ["payments.steps.key"], name=op.f("fk_refunds_key_steps")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payments.payments.order_id"], name=op.f("fk_refunds_order_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
        sa.UniqueConstraint("stripe_refund_id", name=op.f("uq_refunds_stripe_refund_id")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_refunds_order_id"), "refunds", ["order_id"], unique=False, schema="payments"
    )
    op.execute(NOTIFY.format(schema="payments"))
    op.execute(_CAPTURED_ONCE)
    op.execute(_REFUNDS_WITHIN_CAPTURED)


def downgrade() -> None:
    op.drop_index(op.f("ix_refunds_order_id"), table_name="refunds", schema="payments")
    op.drop_table("refunds", schema="payments")
    op.drop_table("payments", schema="payments")
    op.drop_table("payment_methods", schema="payments")
    op.drop_table("steps", schema="payments")
    op.drop_table("outbox", schema="payments")
    op.drop_table("customers", schema="payments")
    op.execute("DROP FUNCTION payments.refunds_within_captured()")
    op.execute("DROP FUNCTION payments.captured_once()")
    op.execute("DROP FUNCTION payments.outbox_notify()")

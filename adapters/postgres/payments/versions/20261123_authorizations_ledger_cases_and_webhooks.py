"""Authorizations, the ledger, cases, disputes and the inbox of webhooks."""

import sqlalchemy as sa
from alembic import op

revision = "5df34c877ecd"
down_revision = "31d852049226"
branch_labels = None
depends_on = None

_ATTEMPTS = """
INSERT INTO payments.authorizations
  (key, order_id, payment_intent_id, status, held, captured, created_at)
SELECT authorization_key, order_id, payment_intent_id,
  CASE WHEN captured > 0 THEN 'captured' ELSE status END, authorized, captured, created_at
FROM payments.payments
"""

_REFUND_STATUS = """
UPDATE payments.payments SET refund_status =
  CASE WHEN order_id IN (SELECT order_id FROM payments.refunds WHERE status = 'pending')
    THEN 'pending'
  WHEN refunded = 0 THEN 'none' WHEN refunded < captured THEN 'partial' ELSE 'full' END
"""

# The keys of refunds end in the number of the attempt; all were undos of an order.
_PARTS = """
UPDATE payments.refunds
SET part_of = regexp_replace(key, ':[0-9]+$', ''), liable = 'platform', reason = 'order_ended'
"""

# What had moved before there was a ledger, as it would have been posted then.
_OPENING_POSTINGS = r"""
WITH moved AS (
  SELECT a.key || '\:captured' AS key, 'captured' AS kind, a.order_id,
    'psp' AS debit, 'customer' AS credit, a.captured AS amount
  FROM payments.authorizations a WHERE a.captured > 0
  UNION ALL
  SELECT key || '\:owed', 'refund_owed', order_id, 'customer', 'refunds_due', amount
  FROM payments.refunds WHERE status <> 'failed'
  UNION ALL
  SELECT key || '\:refund_made', 'refund_made', order_id, 'refunds_due', 'psp', amount
  FROM payments.refunds WHERE status = 'succeeded'
), posted AS (
  INSERT INTO payments.postings (key, order_id, kind, currency)
  SELECT m.key, m.order_id, m.kind, p.currency
  FROM moved m JOIN payments.payments p USING (order_id)
  RETURNING id, key, currency
)
INSERT INTO payments.entries (posting_id, account, amount, currency)
SELECT id, debit, amount, currency FROM posted JOIN moved USING (key)
UNION ALL SELECT id, credit, -amount, currency FROM posted JOIN moved USING (key)
"""

# Not with a CHECK: the entries of a posting are several rows. At commit, when all are there.
_BALANCED = """
CREATE FUNCTION payments.posting_balances() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  IF (SELECT sum(amount) FROM payments.entries WHERE posting_id = NEW.posting_id) <> 0 THEN
    RAISE EXCEPTION 'posting % does not balance', NEW.posting_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_balances';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON payments.entries
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments.posting_balances();
"""

_APPEND_ONLY = """
CREATE FUNCTION payments.append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  RAISE EXCEPTION 'the ledger is append-only: correct it with another posting'
  USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.postings
FOR EACH STATEMENT EXECUTE FUNCTION payments.append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payments.entries
FOR EACH STATEMENT EXECUTE FUNCTION payments.append_only();
"""

_REFUNDS_WITHIN_CAPTURED = """
CREATE OR REPLACE FUNCTION payments.refunds_within_captured() RETURNS trigger LANGUAGE plpgsql AS
$$ DECLARE
  limit_ bigint := (SELECT captured FROM payments.payments
                    WHERE order_id = NEW.order_id FOR NO KEY UPDATE);
BEGIN
  IF (SELECT sum(amount) FROM payments.refunds
      WHERE order_id = NEW.order_id AND status NOT IN ('failed', 'waived')) > limit_ THEN
    RAISE EXCEPTION 'refunds of payment % exceed what was captured', NEW.order_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_captured';
  END IF;
  RETURN NULL;
END $$;
"""

# Wakes the one who works through the inbox.
_WAKE = """
CREATE FUNCTION payments.webhook_notify() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('webhook_events', ''); RETURN NULL; END $$;
CREATE TRIGGER webhook_notify AFTER INSERT ON payments.webhook_events
FOR EACH STATEMENT EXECUTE FUNCTION payments.webhook_notify();
"""

_REFUND_RULES = (
    (
        "ck_refunds_refundstate",
        "ck_refunds_refundstate",
        "status IN ('pending', 'succeeded', 'failed', 'waived')",
    ),
    (
        "ck_refunds_succeeded_at_stripe",
        "ck_refunds_succeeded_somewhere",
        "status <> 'succeeded' OR num_nonnulls(stripe_refund_id, reference) > 0",
    ),
)


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "cases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "resolution",
            sa.Enum(
                "refunded",
                "paid_by_hand",
                "waived",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "coalesce(resolution, 'refunded') = 'refunded' OR resolved_by IS NOT NULL",
            name=op.f("ck_cases_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "resolution IS DISTINCT FROM 'paid_by_hand' OR reference IS NOT NULL",
            name=op.f("ck_cases_paid_by_hand_has_a_reference"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_cases_amount")),
        sa.CheckConstraint(
            "num_nonnulls(resolved_at, resolution) IN (0, 2)",
            name=op.f("ck_cases_resolved_somehow"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cases")),
        schema="payments",
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        ["deadline", "key"],
        unique=False,
        schema="payments",
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        op.f("ix_cases_opened_at_key"),
        "cases",
        ["opened_at", "key"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        op.f("ix_cases_order_id"), "cases", ["order_id"], unique=False, schema="payments"
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "captured",
                "refund_owed",
                "refund_made",
                "refund_returned",
                "refund_paid_by_hand",
                "refund_waived",
                "settled",
                "dispute_opened",
                "dispute_won",
                "dispute_lost",
                "correction",
                name="postingkind",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_postings_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("key", name=op.f("uq_postings_key")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_postings_order_id"), "postings", ["order_id"], unique=False, schema="payments"
    )
    op.create_table(
        "webhook_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(processed_at, outcome) IN (0, 2)",
            name=op.f("ck_webhook_events_processed_somehow"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_webhook_events_outcome_received_at_id"),
        "webhook_events",
        ["outcome", "received_at", "id"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        op.f("ix_webhook_events_processed_at"),
        "webhook_events",
        ["processed_at"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        "ix_webhook_events_unprocessed",
        "webhook_events",
        ["received_at"],
        unique=False,
        schema="payments",
        postgresql_where=sa.text("processed_at IS NULL"),
    )
    op.create_table(
        "authorizations",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("client_secret", sa.Text(), nullable=True),
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
        sa.Column("held", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "held + captured = 0 OR payment_intent_id IS NOT NULL",
            name=op.f("ck_authorizations_money_has_an_intent"),
        ),
        sa.CheckConstraint(
            "held = 0 OR captured = 0", name=op.f("ck_authorizations_held_or_captured")
        ),
        sa.CheckConstraint(
            "least(held, captured) >= 0", name=op.f("ck_authorizations_amounts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["key"], ["payments.steps.key"], name=op.f("fk_authorizations_key_steps")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["payments.payments.order_id"],
            name=op.f("fk_authorizations_order_id_payments"),
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_authorizations")),
        sa.UniqueConstraint("payment_intent_id", name=op.f("uq_authorizations_payment_intent_id")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_authorizations_order_id"),
        "authorizations",
        ["order_id"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        "uq_authorizations_captured_once",
        "authorizations",
        ["order_id"],
        unique=True,
        schema="payments",
        postgresql_where=sa.text("captured > 0"),
    )
    op.create_table(
        "disputes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "won",
                "lost",
                name="disputestate",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_disputes_closed_when_decided")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_disputes_amount")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payments.payments.order_id"], name=op.f("fk_disputes_order_id_payments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_disputes_opened_at_id"),
        "disputes",
        ["opened_at", "id"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        op.f("ix_disputes_order_id"), "disputes", ["order_id"], unique=False, schema="payments"
    )
    op.create_table(
        "entries",
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entries_amount")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["payments.postings.id"], name=op.f("fk_entries_posting_id_postings")
        ),
        sa.PrimaryKeyConstraint("posting_id", "account", name=op.f("pk_entries")),
        schema="payments",
    )
    op.create_index(
        op.f("ix_entries_account_at"),
        "entries",
        ["account", "at"],
        unique=False,
        schema="payments",
        postgresql_include=["amount", "currency"],
    )
    op.add_column(
        "payment_methods",
        sa.Column("type", sa.Text(), server_default="card", nullable=False),
        schema="payments",
    )
    op.add_column(
        "payments",
        sa.Column(
            "refund_status",
            sa.Enum(
                "none",
                "pending",
                "partial",
                "full",
                "due",
                name="refundstatus",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            server_default="none",
            nullable=False,
        ),
        schema="payments",
    )
    op.add_column(
        "payments",
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        schema="payments",
    )
    op.execute(_ATTEMPTS)
    op.execute(_REFUND_STATUS)
    op.execute(_OPENING_POSTINGS)
    op.drop_constraint(
        op.f("uq_payments_authorization_key"), "payments", schema="payments", type_="unique"
    )
    op.drop_constraint(
        op.f("uq_payments_payment_intent_id"), "payments", schema="payments", type_="unique"
    )
    op.create_index(
        op.f("ix_payments_created_at_order_id"),
        "payments",
        ["created_at", "order_id"],
        unique=False,
        schema="payments",
    )
    op.drop_constraint(
        op.f("fk_payments_authorization_key_steps"),
        "payments",
        schema="payments",
        type_="foreignkey",
    )
    op.drop_column("payments", "authorization_key", schema="payments")
    op.drop_column("payments", "payment_intent_id", schema="payments")
    op.add_column("refunds", sa.Column("part_of", sa.Text(), nullable=True), schema="payments")
    op.add_column("refunds", sa.Column("reference", sa.Text(), nullable=True), schema="payments")
    op.add_column(
        "refunds",
        sa.Column(
            "liable",
            sa.Enum(
                "platform",
                "restaurant",
                "courier",
                name="liable",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        schema="payments",
    )
    op.add_column(
        "refunds",
        sa.Column(
            "reason",
            sa.Enum(
                "order_ended",
                "items_unavailable",
                "support",
                name="refundreason",
                native_enum=False,
                create_constraint=True,
                length=64,
            ),
            nullable=True,
        ),
        schema="payments",
    )
    op.add_column("refunds", sa.Column("request_hash", sa.Text(), nullable=True), schema="payments")
    op.add_column("refunds", sa.Column("remark_id", sa.Uuid(), nullable=True), schema="payments")
    op.create_index(
        op.f("ix_refunds_created_at_id"),
        "refunds",
        ["created_at", "id"],
        unique=False,
        schema="payments",
    )
    op.create_index(
        op.f("ix_refunds_part_of"), "refunds", ["part_of"], unique=False, schema="payments"
    )
    op.create_index(
        op.f("ix_refunds_status_created_at_id"),
        "refunds",
        ["status", "created_at", "id"],
        unique=False,
        schema="payments",
    )
    op.execute(_PARTS)
    for column in ("part_of", "liable", "reason"):
        op.alter_column("refunds", column, nullable=False, schema="payments")
    for old, new, rule in _REFUND_RULES:
        op.drop_constraint(op.f(old), "refunds", schema="payments")
        op.create_check_constraint(op.f(new), "refunds", rule, schema="payments")
    op.execute(_BALANCED)
    op.execute(_APPEND_ONLY)
    op.execute(_REFUNDS_WITHIN_CAPTURED)
    op.execute(_WAKE)


def downgrade() -> None:
    message = "The ledger is append-only, so there is no way back: restore a backup."
    raise NotImplementedError(message)

"""The audit log, which is only added to; approvals of a second person; actions on many orders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "9c1f7ad2e654"
down_revision = None
branch_labels = None
depends_on = None

# The role owns the table, and could take its own rights back: that needs a statement of its own,
# which the server's log has. ALWAYS: also for who loads data with the other triggers off.
_APPEND_ONLY = """
REVOKE UPDATE, DELETE, TRUNCATE ON support.audit FROM CURRENT_USER;
CREATE FUNCTION support.append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  RAISE EXCEPTION 'the audit log is append-only'
  USING ERRCODE = 'restrict_violation', CONSTRAINT = 'append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON support.audit
FOR EACH STATEMENT EXECUTE FUNCTION support.append_only();
ALTER TABLE support.audit ENABLE ALWAYS TRIGGER append_only;
"""


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=64)


def _action() -> sa.Enum:
    return _one_of(
        "deskaction",
        "retry",
        "extend_deadline",
        "reassign_courier",
        "resend_confirmation",
        "add_note",
        "move_case",
        "decide_case",
        "cancel",
        "refund",
        "resolve_refund",
        "order_again",
    )


def _outcome() -> sa.Enum:
    return _one_of("outcome", "asked", "done", "refused")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    _create_audit()
    _create_approvals()
    _create_bulk()
    op.execute(_APPEND_ONLY)


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Uuid(), nullable=False),
        sa.Column("actor_right", _one_of("right", "read", "act", "money"), nullable=False),
        sa.Column("action", _action(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("outcome", _outcome(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(amount, currency) IN (0, 2)", name=op.f("ck_audit_amount_has_a_currency")
        ),
        sa.CheckConstraint("approved_by <> actor", name=op.f("ck_audit_approved_by_another")),
        sa.CheckConstraint(
            "code IS NULL OR outcome = 'refused'", name=op.f("ck_audit_code_of_a_refusal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("action_id", "outcome", name=op.f("uq_audit_action_id_outcome")),
        schema="support",
    )
    op.create_index(op.f("ix_audit_at_id"), "audit", ["at", "id"], schema="support")
    for first in ("order_id", "actor", "action", "outcome"):
        name = op.f(f"ix_audit_{first}_at_id")
        op.create_index(name, "audit", [first, "at", "id"], schema="support")


def _create_approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("action", _action(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", _one_of("decision", "approved", "declined"), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_remark_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_approvals_amount")),
        sa.CheckConstraint(
            "NOT jsonb_exists(request, 'reason')", name=op.f("ck_approvals_reason_is_a_remark")
        ),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("ck_approvals_decided_by_another")),
        sa.CheckConstraint(
            "num_nonnulls(decision, decided_by, decided_at, decision_remark_id) IN (0, 4)",
            name=op.f("ck_approvals_decided_by_somebody"),
        ),
        sa.CheckConstraint("decided_at < expires_at", name=op.f("ck_approvals_decided_in_time")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        schema="support",
    )
    op.create_index(op.f("ix_approvals_order_id"), "approvals", ["order_id"], schema="support")
    op.create_index(
        "ix_approvals_waiting",
        "approvals",
        ["asked_at", "id"],
        schema="support",
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_index(
        "ix_approvals_approved",
        "approvals",
        ["expires_at"],
        schema="support",
        postgresql_where=sa.text("decision = 'approved'"),
    )


def _create_bulk() -> None:
    op.create_table(
        "bulk",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("action", _action(), nullable=False),
        sa.Column("request", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "NOT jsonb_exists(request, 'reason')", name=op.f("ck_bulk_reason_is_a_remark")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
        schema="support",
    )
    op.create_index(op.f("ix_bulk_asked_at_id"), "bulk", ["asked_at", "id"], schema="support")
    op.create_table(
        "bulk_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("remark_id", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", _outcome(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.CheckConstraint("outcome <> 'asked'", name=op.f("ck_bulk_items_came_to_something")),
        sa.CheckConstraint(
            "num_nonnulls(finished_at, outcome) IN (0, 2)",
            name=op.f("ck_bulk_items_finished_somehow"),
        ),
        sa.ForeignKeyConstraint(
            ["bulk_id"], ["support.bulk.id"], name=op.f("fk_bulk_items_bulk_id_bulk")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_items")),
        sa.UniqueConstraint("bulk_id", "order_id", name=op.f("uq_bulk_items_bulk_id_order_id")),
        schema="support",
    )
    op.create_index(
        "ix_bulk_items_waiting",
        "bulk_items",
        ["id"],
        schema="support",
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table in ("bulk_items", "bulk", "approvals", "audit"):
        op.drop_table(table, schema="support")
    op.execute("DROP FUNCTION support.append_only()")

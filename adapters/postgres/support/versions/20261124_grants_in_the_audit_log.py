"""The audit log also has what administrators make of accounts: roles, and the right of support."""

import sqlalchemy as sa
from alembic import op

revision = "c52d7f90e1ab"
down_revision = "4e0b8c61d7a3"
branch_labels = None
depends_on = None

_BEFORE = (
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
_GRANTS = ("set_roles", "set_support_right")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    _allow(*_BEFORE, *_GRANTS)
    op.alter_column("audit", "actor_right", nullable=True, schema="support")
    op.create_check_constraint(
        op.f("ck_audit_right_of_support"),
        "audit",
        f"(actor_right IS NULL) = (action IN {_GRANTS})",
        schema="support",
    )


def downgrade() -> None:
    """Refused once there is such a line: nothing takes one away."""
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_constraint(op.f("ck_audit_right_of_support"), "audit", schema="support")
    op.alter_column("audit", "actor_right", nullable=False, schema="support")
    _allow(*_BEFORE)


def _allow(*actions: str) -> None:
    is_known = sa.column("action").in_(actions)
    for table in ("audit", "approvals", "bulk"):
        name = op.f(f"ck_{table}_deskaction")
        op.drop_constraint(name, table, schema="support")
        op.create_check_constraint(name, table, is_known, schema="support")

"""News of a kitchen that needs longer, and of food on its way and at the door."""

from collections.abc import Sequence

from alembic import op

revision = "7be0c2f5a913"
down_revision = "44cdfee7b346"
branch_labels = None
depends_on = None

_BEFORE = (
    "order_confirmed",
    "order_accepted",
    "order_rejected",
    "order_cancelled",
    "order_payment_failed",
    "new_order",
    "money_owed",
)
_NEW = ("order_delayed", "order_picked_up", "order_delivered")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    _allow([*_BEFORE, *_NEW])


def downgrade() -> None:
    op.execute(f"DELETE FROM notifications.notifications WHERE type IN {_NEW}")  # noqa: S608 - ours.
    _allow(_BEFORE)


def _allow(types: Sequence[str]) -> None:
    name = op.f("ck_notifications_notificationtype")
    named = ", ".join(f"'{type_}'" for type_ in types)
    op.drop_constraint(name, "notifications", schema="notifications")
    op.create_check_constraint(name, "notifications", f"type IN ({named})", schema="notifications")

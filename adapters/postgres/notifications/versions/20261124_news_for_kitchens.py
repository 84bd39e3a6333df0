"""News for a restaurant's staff: a dish is sold out, or the restaurant is paused."""

from collections.abc import Sequence

from alembic import op

revision = "d41f6a0b93e5"
down_revision = "b27f1adcfcbc"
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
    "delivery_taken_back",
    "delivery_called_off",
    "delivery_paid",
)
_OF_KITCHENS = ("dish_sold_out", "orders_paused")


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.alter_column("notifications", "order_id", nullable=True, schema="notifications")
    _allow([*_TYPES, *_OF_KITCHENS])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute(
        "DELETE FROM notifications.notifications WHERE type IN ('dish_sold_out', 'orders_paused')"
    )
    _allow(_TYPES)
    op.alter_column("notifications", "order_id", nullable=False, schema="notifications")


def _allow(types: Sequence[str]) -> None:
    name = op.f("ck_notifications_notificationtype")
    named = ", ".join(f"'{type_}'" for type_ in types)
    op.drop_constraint(name, "notifications", schema="notifications")
    op.create_check_constraint(name, "notifications", f"type IN ({named})", schema="notifications")

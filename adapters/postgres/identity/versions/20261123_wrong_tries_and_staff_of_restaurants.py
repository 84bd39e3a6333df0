"""Wrong tries by their age, to be deleted; staff by restaurant, to see who is the last."""

import sqlalchemy as sa
from alembic import op

revision = "f27c60a4be19"
down_revision = "8d41f7b0c95e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_index(
        "ix_login_attempts_never_passed",
        "login_attempts",
        ["tried_at"],
        unique=False,
        schema="identity",
        postgresql_where=sa.text("passed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_restaurant_staff_restaurant_id"),
        "restaurant_staff",
        ["restaurant_id"],
        unique=False,
        schema="identity",
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index(
        op.f("ix_restaurant_staff_restaurant_id"),
        table_name="restaurant_staff",
        schema="identity",
    )
    op.drop_index(
        "ix_login_attempts_never_passed",
        table_name="login_attempts",
        schema="identity",
        postgresql_where=sa.text("passed_at IS NULL"),
    )

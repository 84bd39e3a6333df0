"""Reservations that were cooked, and dishes that had run out."""

import sqlalchemy as sa
from alembic import op

revision = "969da9340a9b"
down_revision = "50b44b77a433"
branch_labels = None
depends_on = None

_STATE = "ck_reservations_reservationstate"


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    _allow("state IN ('held', 'consumed', 'released')")
    withdrew = sa.Column("withdrew", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("reservations", withdrew, schema="catalog")


def downgrade() -> None:
    op.drop_column("reservations", "withdrew", schema="catalog")
    op.execute("UPDATE catalog.reservations SET state = 'released' WHERE state = 'consumed'")
    _allow("state IN ('held', 'released')")


def _allow(states: str) -> None:
    op.drop_constraint(op.f(_STATE), "reservations", schema="catalog")
    op.create_check_constraint(op.f(_STATE), "reservations", states, schema="catalog")

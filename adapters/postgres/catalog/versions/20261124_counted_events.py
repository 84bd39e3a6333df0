"""Reservations and restaurants count their events. Those that are there have had none yet."""

import sqlalchemy as sa
from alembic import op

revision = "4d1f0a6c27be"
down_revision = "dc39ecd51a0c"
branch_labels = None
depends_on = None

_COUNTERS = (("reservations", "version"), ("restaurants", "event_version"))


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    for table, name in _COUNTERS:
        counter = sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, counter, schema="catalog")


def downgrade() -> None:
    for table, name in _COUNTERS:
        op.drop_column(table, name, schema="catalog")

"""Whoever listens hears which order's timeline grew, at the commit that makes it grow."""

from alembic import op

revision = "5d0c7f1e93ab"
down_revision = "386fa9834913"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    # Postgres sends equal notifications of one transaction once.
    op.execute(
        """
        CREATE FUNCTION ordering.timeline_notify() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
          PERFORM pg_notify('ordering_timeline', NEW.order_id::text);
          RETURN NULL;
        END $$;
        CREATE TRIGGER timeline_notify AFTER INSERT ON ordering.timeline
        FOR EACH ROW EXECUTE FUNCTION ordering.timeline_notify();
        """
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DROP TRIGGER timeline_notify ON ordering.timeline")
    op.execute("DROP FUNCTION ordering.timeline_notify()")

"""Room for the orders as their events tell them; and who follows an order hears of its courier."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "b52c9d07e6f1"
down_revision = "7e4b1d90c8a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Waiting for a lock makes everybody behind us wait too: rather fail and be run again.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "orders_rebuilt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("refund_status", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("restaurant_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("service_fee", sa.BigInteger(), nullable=False),
        sa.Column("tip", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("placed_total", sa.BigInteger(), nullable=False),
        sa.Column("payment_version", sa.BigInteger(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("acceptance_minutes", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ride_minutes", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("cancellation_code", sa.Text(), nullable=True),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("remark_id", sa.Uuid(), nullable=True),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_rebuilt")),
        schema="ordering",
    )
    # The timeline hears of couriers from Kafka; who may see an order, and where its courier is,
    # does not wait for that.
    op.execute(
        """
        CREATE FUNCTION ordering.courier_notify() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
          PERFORM pg_notify('ordering_timeline', NEW.id::text);
          RETURN NULL;
        END $$;
        CREATE TRIGGER courier_notify AFTER UPDATE OF courier_id ON ordering.orders
        FOR EACH ROW WHEN (OLD.courier_id IS DISTINCT FROM NEW.courier_id)
        EXECUTE FUNCTION ordering.courier_notify();
        """
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.execute("DROP TRIGGER courier_notify ON ordering.orders")
    op.execute("DROP FUNCTION ordering.courier_notify()")
    op.drop_table("orders_rebuilt", schema="ordering")

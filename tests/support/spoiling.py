"""Rows of orders that somebody changed by hand, past every rule of the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from sqlalchemy import text

from adapters.postgres.engine import Database
from domain.orders import OrderStatus
from tests.support.ordering import WITHOUT_FOOD

_RULES_OF = "ALTER TABLE ordering.{} {} TRIGGER USER"


async def spoil(ordering: Database, order_id: UUID, *statements: str) -> None:
    """Each statement has `:id`, and none of the triggers looks."""
    async with ordering.transaction() as session:
        for table in ("orders", "timeline"):
            await session.execute(text(_RULES_OF.format(table, "DISABLE")))
        for statement in statements:
            await session.execute(text(statement), {"id": order_id})
        for table in ("orders", "timeline"):
            await session.execute(text(_RULES_OF.format(table, "ENABLE")))


async def change(ordering: Database, order_id: UUID, columns: str) -> None:
    update = f"UPDATE ordering.orders SET {columns} WHERE id = :id"  # noqa: S608 - Ours.
    await spoil(ordering, order_id, update)


async def remove(ordering: Database, order_id: UUID) -> None:
    await spoil(
        ordering,
        order_id,
        "DELETE FROM ordering.timeline WHERE order_id = :id",
        "DELETE FROM ordering.orders WHERE id = :id",
    )


async def copy(ordering: Database, order_id: UUID) -> UUID:
    """An order of which no event tells. Returns its id."""
    made_up = uuid4()
    async with ordering.transaction() as session:
        for table, key in (("particulars", "order_id"), ("orders", "id")):
            row = f"jsonb_populate_record(it, jsonb_build_object('{key}', CAST(:new AS text)))"
            await session.execute(
                text(
                    f"INSERT INTO ordering.{table}"  # noqa: S608 - Ours.
                    f" SELECT ({row}).* FROM ordering.{table} it WHERE it.{key} = :id"
                ),
                {"new": str(made_up), "id": order_id},
            )
    return made_up


@asynccontextmanager
async def copied_in(ordering: Database, order_id: UUID, status: OrderStatus) -> AsyncIterator[UUID]:
    """A copy of one that goes on, in another status; it is gone afterwards.

    Past no rule: the database is in use, and a table's triggers are everybody's.
    """
    made_up = await copy(ordering, order_id)
    ended = "'support', 'support', 'Made up'" if status in WITHOUT_FOOD else "NULL, NULL, NULL"
    columns = "cancelled_by, cancellation_code, cancellation_reason"
    update = f"UPDATE ordering.orders SET status = :status, ({columns}) = ({ended}) WHERE id = :id"  # noqa: S608 - Ours.
    async with ordering.transaction() as session:
        await session.execute(text(update), {"id": made_up, "status": status})
    try:
        yield made_up
    finally:
        async with ordering.transaction() as session:
            gone = text("DELETE FROM ordering.orders WHERE id = :id")
            await session.execute(gone, {"id": made_up})

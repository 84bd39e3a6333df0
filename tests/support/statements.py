"""What is sent to the databases, and how Postgres would carry it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from adapters.postgres.engine import Database

Statement = tuple[str, Any]


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Those that are sent meanwhile, with their parameters."""
    sent: list[Statement] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def plan_of(database: Database, statement: Statement, *, off: tuple[str, ...]) -> str:
    """The plan without the methods in `off`: tables of tests are so small that none is slow."""
    sql, parameters = statement
    async with database.transaction() as session:
        connection = await session.connection()
        for method in off:
            await connection.exec_driver_sql(f"SET LOCAL enable_{method} = off")
        plan = await connection.exec_driver_sql(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in plan)

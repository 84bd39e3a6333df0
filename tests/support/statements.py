"""What is sent to the databases, and how Postgres would carry it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from adapters.postgres.engine import Database

Statement = tuple[str, Any]


@contextmanager
def statements(*, but_of: str | None = None) -> Iterator[list[Statement]]:
    """Those that are sent meanwhile, with their parameters; all but those of a role."""
    sent: list[Statement] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if connection.engine.url.username != but_of:
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


@dataclass(frozen=True, slots=True)
class Explained:
    """How Postgres has carried a statement out: the nodes of its plan, and the pages it touched."""

    nodes: list[dict[str, Any]]
    buffers: int

    @classmethod
    def of(cls, plan: list[dict[str, Any]]) -> "Explained":
        """Of the JSON that EXPLAIN (ANALYZE, BUFFERS) answers."""
        [root] = plan
        top = root["Plan"]
        return cls(_nodes(top), top["Shared Hit Blocks"] + top["Shared Read Blocks"])

    @property
    def scans(self) -> set[str]:
        """Each way in which a table was read: `Seq Scan restaurants`, `Index Scan pk_orders`."""
        return {
            f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name')}"
            for node in self.nodes
            if "Scan" in node["Node Type"] and ("Index Name" in node or "Relation Name" in node)
        }


async def explained(database: Database, statement: Statement) -> Explained:
    """Carries it out."""
    sql, parameters = statement
    async with database.transaction() as session:
        connection = await session.connection()
        answer = await connection.exec_driver_sql(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters
        )
        return Explained.of(answer.scalar_one())


def _nodes(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node, *(each for child in node.get("Plans", []) for each in _nodes(child))]

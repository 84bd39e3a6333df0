"""The other side of an outbox: how much waits in it, and what nobody needs any more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier
from pydantic import SecretStr

_OPTIONS = "-c application_name=outbox-upkeep -c statement_timeout=5000"
_PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many events wait, and for how many seconds the oldest has."""

    unpublished: int
    oldest_seconds: float


class OutboxUpkeep:
    """Of one context: the schema is the user of its DSN."""

    def __init__(self, connection: AsyncConnection, context: str) -> None:
        self._connection = connection
        self._context = context

    @classmethod
    @asynccontextmanager
    async def connect(cls, dsn: SecretStr, context: str) -> AsyncIterator[Self]:
        """A connection of its own."""
        async with await AsyncConnection.connect(
            dsn.get_secret_value(), autocommit=True, options=_OPTIONS
        ) as connection:
            yield cls(connection, context)

    async def backlog(self) -> Backlog:
        cursor = self._connection.cursor(row_factory=class_row(Backlog))
        await cursor.execute(
            self._sql(
                "SELECT count(*) AS unpublished, coalesce(extract(epoch FROM"
                " clock_timestamp() - min(created_at)), 0)::float AS oldest_seconds"
                " FROM {outbox} WHERE published_at IS NULL"
            )
        )
        return await cursor.fetchone() or Backlog(unpublished=0, oldest_seconds=0)

    async def prune(self, older_than: timedelta) -> int:
        """Delete what was published longer ago, among the oldest rows. Returns how many it was.

        Who does it at the same time deletes other rows.
        """
        cursor = await self._connection.execute(
            self._sql(
                "DELETE FROM {outbox} WHERE id IN (SELECT id FROM {outbox} WHERE id IN"
                " (SELECT id FROM {outbox} ORDER BY position LIMIT %s)"
                " AND published_at < now() - %s FOR UPDATE SKIP LOCKED)"
            ),
            [_PRUNED_AT_ONCE, older_than],
        )
        return cursor.rowcount

    def _sql(self, statement: str) -> Composed:
        return SQL(statement).format(outbox=Identifier(self._context, "outbox"))

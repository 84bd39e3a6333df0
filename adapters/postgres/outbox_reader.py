"""The relay's side of an outbox: find what is unpublished, mark it, prune it.

All on one connection, which also holds the lock that makes its relay the only one: a relay that
lost the lock can mark nothing. Unpublished rows are found by their mark and never by a position,
because positions become visible in the order of commits, not in their own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, scalar_row
from psycopg.sql import SQL, Composed, Identifier
from pydantic import SecretStr

# The lock of a relay that died or whose machine is gone has to be free again within seconds.
_OPTIONS = (
    "-c statement_timeout=5000 -c client_connection_check_interval=1000"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
)

_LOCK_SECONDS = 1.0
_PRUNED_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRecord:
    """An event that waits: `id` is the event's own."""

    id: UUID
    aggregatetype: str
    aggregateid: str
    type: str
    payload: bytes
    headers: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How many events wait, and for how many seconds the oldest has."""

    unpublished: int
    oldest_seconds: float


class OutboxReader:
    """Of one context: the schema is the user of its DSN."""

    def __init__(self, connection: AsyncConnection, context: str) -> None:
        self._connection = connection
        self._context = context

    @classmethod
    @asynccontextmanager
    async def connect(cls, dsn: SecretStr, context: str) -> AsyncIterator[Self]:
        """A connection of its own, unlocked yet."""
        async with await AsyncConnection.connect(
            dsn.get_secret_value(), autocommit=True, options=_OPTIONS
        ) as connection:
            yield cls(connection, context)

    async def lock(self) -> None:
        """Returns once this connection is the outbox's only relay, until it closes."""
        cursor = self._connection.cursor(row_factory=scalar_row)
        # Asked for again and again: one long wait would hold back the vacuum of every table.
        while True:
            await cursor.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"outbox:{self._context}"]
            )
            if await cursor.fetchone():
                break
            await asyncio.sleep(_LOCK_SECONDS)
        await self._connection.execute("LISTEN outbox")

    async def unpublished(self, limit: int) -> list[OutboxRecord]:
        """The oldest ones; those of one aggregate in the order they happened in."""
        cursor = self._connection.cursor(row_factory=class_row(OutboxRecord))
        await cursor.execute(
            self._sql(
                "SELECT id, aggregatetype, aggregateid, type, payload, headers, created_at"
                " FROM {outbox} WHERE published_at IS NULL ORDER BY position LIMIT %s"
            ),
            [limit],
        )
        return await cursor.fetchall()

    async def mark_published(self, ids: Sequence[UUID]) -> None:
        await self._connection.execute(
            self._sql("UPDATE {outbox} SET published_at = now() WHERE id = ANY(%s)"), [list(ids)]
        )

    async def prune(self, older_than: timedelta) -> int:
        """Delete what was published longer ago, among the oldest rows. Returns how many it was."""
        cursor = await self._connection.execute(
            self._sql(
                "DELETE FROM {outbox} WHERE id IN (SELECT id FROM"
                " (SELECT id, published_at FROM {outbox} ORDER BY position LIMIT %s) AS oldest"
                " WHERE published_at < now() - %s)"
            ),
            [_PRUNED_AT_ONCE, older_than],
        )
        return cursor.rowcount

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

    async def wait(self, seconds: float) -> None:
        """Until a commit to this outbox, and no longer than `seconds`. Only where it is locked."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            heard = self._connection.notifies(timeout=left, stop_after=1)
            if self._context in [commit.payload async for commit in heard]:
                return

    def _sql(self, statement: str) -> Composed:
        return SQL(statement).format(outbox=Identifier(self._context, "outbox"))

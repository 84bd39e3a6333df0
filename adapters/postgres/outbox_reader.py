"""The relay's side of an outbox: take what is unpublished, and mark it.

Several relays share an outbox. Each takes aggregates, not rows: a session lock of Postgres says
whose an aggregate is until its batch ends. The locks spare repeats, and the order does not hang
on them: a relay sends an event once the one before it was acknowledged, to itself or to another.

Unpublished rows are found by their mark and never by a position, because positions become visible
in the order of commits, not in their own.
"""

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from psycopg import AsyncConnection, OperationalError
from psycopg.rows import class_row, scalar_row
from psycopg.sql import SQL, Composed, Identifier
from pydantic import SecretStr

LEASE_SECONDS = 10
"""A relay that is silent for longer, frozen maybe, loses its connection and what it has taken."""

# What a relay has that died, or whose machine is gone, has to be free again within seconds. And
# while a backlog grows the statistics are behind: without these two Postgres would sort all of it.
OPTIONS = (
    f"-c application_name=outbox-relay -c idle_session_timeout={LEASE_SECONDS * 1000}"
    " -c statement_timeout=5000 -c client_connection_check_interval=1000"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    " -c enable_bitmapscan=off -c enable_seqscan=off"
)

# Rows. However much waits, a batch is chosen among the oldest of them.
_WINDOW = 2_000

_OLDEST = """
FROM {outbox} WHERE published_at IS NULL AND aggregateid <> ALL(%(without)s)
ORDER BY position LIMIT %(window)s
"""
# Locks are tried one after another until there are enough, and none is taken that isn't used:
# what is materialized is sorted already, so the LIMIT ends the scan.
_TAKE = """
WITH oldest AS MATERIALIZED (SELECT aggregateid, position {oldest}),
aggregates AS MATERIALIZED (
  SELECT aggregateid FROM oldest GROUP BY aggregateid ORDER BY min(position)
)
SELECT aggregateid FROM aggregates
WHERE pg_try_advisory_lock(hashtextextended(%(context)s || ':' || aggregateid, 0))
LIMIT %(limit)s
"""
_READ = """
SELECT id, aggregatetype, aggregateid, type, payload, headers, created_at
FROM (SELECT * {oldest}) AS oldest WHERE aggregateid = ANY(%(taken)s) ORDER BY position
"""


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


class OutboxReader:
    """Of one context: the schema is the user of its DSN."""

    def __init__(self, connection: AsyncConnection, context: str) -> None:
        self._connection = connection
        self._context = context

    @classmethod
    @asynccontextmanager
    async def connect(cls, dsn: SecretStr, context: str) -> AsyncIterator[Self]:
        """A connection of its own, which has to be used every few seconds: `LEASE_SECONDS`."""
        async with await AsyncConnection.connect(
            dsn.get_secret_value(), autocommit=True, options=OPTIONS
        ) as connection:
            await connection.execute("LISTEN outbox")
            yield cls(connection, context)

    @asynccontextmanager
    async def take(
        self, limit: int, *, without: Collection[str] = ()
    ) -> AsyncIterator[list[list[OutboxRecord]]]:
        """Up to `limit` aggregates that no other relay has, those that wait longest.

        Of each what waits, in the order it happened in. They are this relay's until the block
        ends. Never inside another block: Postgres gives a session the same lock again.
        """
        window = {"context": self._context, "window": _WINDOW, "without": [*without]}
        try:
            names = self._connection.cursor(row_factory=scalar_row)
            await names.execute(self._sql(_TAKE), {**window, "limit": limit})
            taken = await names.fetchall()
            # A statement of its own, because it has to see what the last who had them marked.
            rows = self._connection.cursor(row_factory=class_row(OutboxRecord))
            await rows.execute(self._sql(_READ), {**window, "taken": taken})
            yield _by_aggregate(await rows.fetchall())
        finally:
            await self.let_go()

    async def let_go(self) -> None:
        """Of all aggregates. A connection that can't do that any more is closed, which does."""
        try:
            await self._connection.execute("SELECT pg_advisory_unlock_all()")
        except OperationalError:
            await self._connection.close()

    async def mark_published(self, ids: Sequence[UUID]) -> None:
        """Also of none: it is a sign of life, too."""
        await self._connection.execute(
            self._sql(
                "UPDATE {outbox} SET published_at = now()"
                " WHERE id = ANY(%s) AND published_at IS NULL"
            ),
            [[*ids]],
        )
        # Nobody waits just now. What piles up here through an outage of Kafka would be much.
        async for _ in self._connection.notifies(timeout=0):
            pass

    async def wait(self, seconds: float) -> None:
        """Until a commit to this outbox, and no longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            heard = self._connection.notifies(timeout=left, stop_after=1)
            if self._context in [commit.payload async for commit in heard]:
                return

    def _sql(self, statement: str) -> Composed:
        outbox = Identifier(self._context, "outbox")
        return SQL(statement).format(outbox=outbox, oldest=SQL(_OLDEST).format(outbox=outbox))


def _by_aggregate(records: Sequence[OutboxRecord]) -> list[list[OutboxRecord]]:
    aggregates = defaultdict[str, list[OutboxRecord]](list)
    for record in records:
        aggregates[record.aggregateid].append(record)
    return [*aggregates.values()]

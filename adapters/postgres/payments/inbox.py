"""Working through the inbox of Stripe's webhooks; any number of processes share it.

A process claims events for a while. One that dies leaves them to the others once that is over.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, scalar_row
from pydantic import SecretStr

from domain.casework import WebhookEvent

_OPTIONS = "-c statement_timeout=5000 -c client_connection_check_interval=1000"
_PRUNED_AT_ONCE = 1_000

_CLAIM = """
UPDATE payments.webhook_events SET claimed_until = now() + %s WHERE id IN (
  SELECT id FROM payments.webhook_events
  WHERE processed_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
  ORDER BY received_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, type, object_id, order_id, payment_intent_id, created_at, received_at, outcome
"""
_FINISH = """
UPDATE payments.webhook_events SET processed_at = now(), outcome = %s
WHERE id = %s AND processed_at IS NULL
"""
# Both ways, because not every object carries our metadata, and not all metadata is ours.
_ORDER = """
SELECT order_id FROM payments.payments WHERE order_id = %s
UNION ALL SELECT order_id FROM payments.authorizations WHERE payment_intent_id = %s LIMIT 1
"""
_PART = "SELECT part_of FROM payments.refunds WHERE stripe_refund_id = %s"
_OLDEST = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0)::float
FROM payments.webhook_events WHERE processed_at IS NULL
"""
_PRUNE = """
DELETE FROM payments.webhook_events WHERE id IN (
  SELECT id FROM payments.webhook_events WHERE processed_at < now() - %s
  ORDER BY processed_at LIMIT %s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """On a connection of its own, which hears of what arrives."""

    connection: AsyncConnection

    @classmethod
    @asynccontextmanager
    async def connect(cls, dsn: SecretStr) -> AsyncIterator[Self]:
        async with await AsyncConnection.connect(
            dsn.get_secret_value(), autocommit=True, options=_OPTIONS
        ) as connection:
            await connection.execute("LISTEN webhook_events")
            yield cls(connection=connection)

    async def claim(self, limit: int, *, lease: timedelta) -> list[WebhookEvent]:
        """The oldest ones that nobody works on; nobody else gets them until the lease is over."""
        cursor = self.connection.cursor(row_factory=class_row(WebhookEvent))
        await cursor.execute(_CLAIM, [lease, limit])
        return await cursor.fetchall()

    async def finish(self, event: WebhookEvent, outcome: str) -> None:
        await self.connection.execute(_FINISH, [outcome, event.id])

    async def order_of(self, event: WebhookEvent) -> UUID | None:
        """The order whose money the event is about; None where it is nobody's."""
        cursor = self.connection.cursor(row_factory=scalar_row)
        await cursor.execute(_ORDER, [event.order_id, event.payment_intent_id])
        found: UUID | None = await cursor.fetchone()
        return found

    async def refund_of(self, event: WebhookEvent) -> str | None:
        """The key of the undo or decision that the refund is an attempt at, where it is one."""
        cursor = self.connection.cursor(row_factory=scalar_row)
        await cursor.execute(_PART, [event.object_id])
        found: str | None = await cursor.fetchone()
        return found

    async def oldest_seconds(self) -> float:
        """How long the oldest one has waited; 0 where none does."""
        cursor = self.connection.cursor(row_factory=scalar_row)
        await cursor.execute(_OLDEST)
        return float(await cursor.fetchone() or 0)

    async def prune(self, older_than: timedelta) -> int:
        """Delete what was processed longer ago, a piece. Returns how many it was."""
        cursor = await self.connection.execute(_PRUNE, [older_than, _PRUNED_AT_ONCE])
        return cursor.rowcount

    async def wait(self, seconds: float) -> None:
        """Until something arrives, and no longer than `seconds`."""
        async for _ in self.connection.notifies(timeout=seconds, stop_after=1):
            pass

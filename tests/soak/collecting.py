"""Collects the evidence: by SQL of its own, and from the topics themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow
from psycopg.sql import SQL, Composed, Identifier

from adapters.kafka.codec import decode
from adapters.kafka.topics import (
    BY_AGGREGATE,
    DELIVERIES,
    ORDERS,
    PAYMENTS,
    RESTAURANTS,
    STOCK,
    TOPICS,
    EventTopic,
)
from domain.events.envelope import Event
from tests.soak.evidence import GROUPS, Arrived, Entry, Evidence
from tests.support.topics import records_in

_OUTBOXES = (
    "SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = 'outbox'"
)
_WRITTEN = "SELECT id, aggregatetype FROM {outbox}"
_WAITING = "SELECT count(*) AS count FROM {outbox} WHERE published_at IS NULL"
_VERSIONS = {
    ORDERS.name: "SELECT id, version FROM ordering.orders",
    PAYMENTS.name: "SELECT order_id AS id, event_version AS version FROM payments.payments",
    DELIVERIES.name: "SELECT order_id AS id, version FROM delivery.deliveries",
    STOCK.name: "SELECT order_id AS id, version FROM catalog.reservations",
    RESTAURANTS.name: "SELECT id, event_version AS version FROM catalog.restaurants",
}
_INBOXES = {"notifications": "notifications", "timeline": "ordering"}
_DEALT_WITH = "SELECT event_id FROM {inbox} WHERE consumer = %s"
# What other contexts did is written without the key of a step.
_ENTRIES = """
SELECT order_id, event, at FROM ordering.timeline WHERE key IS NULL AND order_id = ANY(%s)
"""
# The saga itself tells of the confirmation.
_TOLD = """
SELECT dedupe_key FROM notifications.notifications
WHERE type NOT IN ('order_confirmed', 'new_order')
"""
_EFFECTS = """
SELECT (SELECT count(*) FROM ordering.timeline) AS timeline,
       (SELECT count(*) FROM ordering.inbox) AS inbox_of_orders,
       (SELECT count(*) FROM notifications.notifications) AS notifications,
       (SELECT count(*) FROM notifications.inbox) AS inbox_of_notifications,
       (SELECT count(*) FROM notifications.emails) AS mails
"""


@dataclass(frozen=True, kw_only=True)
class Collector:
    postgres: AsyncConnection[DictRow]
    kafka: str

    async def evidence(self, orders: Collection[UUID]) -> Evidence:
        return Evidence(
            written=await self._written(),
            arrived={topic.name: await self._arrived(topic) for topic in TOPICS},
            versions={topic: await self._versions(sql) for topic, sql in _VERSIONS.items()},
            dead={
                topic.dead.name: len(await records_in(self.kafka, topic.dead.name))
                for topic in TOPICS
            },
            inboxes={group: await self._inbox(group) for group in GROUPS},
            orders=frozenset(orders),
            entries=Counter(
                Entry(order_id=row["order_id"], event=row["event"], at=row["at"])
                for row in await self._rows(SQL(_ENTRIES), [[*orders]])
            ),
            told=frozenset(row["dedupe_key"] for row in await self._rows(SQL(_TOLD))),
        )

    async def waiting(self) -> int:
        """How many events of all contexts wait for Kafka."""
        count = 0
        for schema in await self._outboxes():
            [row] = await self._rows(_in(_WAITING, outbox=(schema, "outbox")))
            count += row["count"]
        return count

    async def effects(self) -> dict[str, int]:
        """How many there are, of every kind."""
        [row] = await self._rows(SQL(_EFFECTS))
        return row

    async def _outboxes(self) -> list[str]:
        return [row["schema"] for row in await self._rows(SQL(_OUTBOXES))]

    async def _written(self) -> dict[str, frozenset[UUID]]:
        found = defaultdict[str, set[UUID]](set)
        for schema in await self._outboxes():
            for row in await self._rows(_in(_WRITTEN, outbox=(schema, "outbox"))):
                found[BY_AGGREGATE[row["aggregatetype"]].name].add(row["id"])
        return {topic: frozenset(ids) for topic, ids in found.items()}

    async def _arrived(self, topic: EventTopic[Event]) -> list[Arrived]:
        return [
            Arrived(
                partition=record.partition,
                offset=record.offset,
                value=record.value or b"",
                event=decode(topic, record.value or b""),
            )
            for record in await records_in(self.kafka, topic.name)
        ]

    async def _versions(self, sql: str) -> dict[UUID, int]:
        return {row["id"]: row["version"] for row in await self._rows(SQL(sql))}

    async def _inbox(self, group: str) -> frozenset[UUID]:
        rows = await self._rows(_in(_DEALT_WITH, inbox=(_INBOXES[group], "inbox")), [group])
        return frozenset(row["event_id"] for row in rows)

    async def _rows(self, sql: SQL | Composed, given: list[Any] | None = None) -> list[DictRow]:
        cursor = await self.postgres.execute(sql, given)
        return await cursor.fetchall()


def _in(sql: str, **tables: tuple[str, str]) -> Composed:
    return SQL(sql).format(**{name: Identifier(*table) for name, table in tables.items()})

"""What the contexts' outboxes hold, and what is so of them whatever happened."""

from collections.abc import Collection
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from adapters.kafka.codec import decode
from adapters.kafka.topics import DELIVERIES, ORDERS, PAYMENTS, RESTAURANTS, STOCK, EventTopic
from adapters.postgres.engine import Database
from domain.events.envelope import Event

E = TypeVar("E", bound=Event)

# Schema, table, key, and the column that counts the events.
_COUNTED: dict[EventTopic[Any], tuple[str, str, str, str]] = {
    ORDERS: ("ordering", "orders", "id", "version"),
    PAYMENTS: ("payments", "payments", "order_id", "event_version"),
    DELIVERIES: ("delivery", "deliveries", "order_id", "version"),
    STOCK: ("catalog", "reservations", "order_id", "version"),
    RESTAURANTS: ("catalog", "restaurants", "id", "event_version"),
}

_BY_AGGREGATE = """
SELECT counted.{key}, counted.{column},
       coalesce(array_agg(o.payload ORDER BY o.position) FILTER (WHERE o.id IS NOT NULL), '{{}}')
FROM {schema}.{table} counted
LEFT JOIN {schema}.outbox o
  ON o.aggregateid = counted.{key}::text AND o.aggregatetype = :aggregate
WHERE CAST(:among AS uuid[]) IS NULL OR counted.{key} = ANY(CAST(:among AS uuid[]))
GROUP BY 1, 2
"""


async def written(database: Database, topic: EventTopic[E], aggregate_id: UUID) -> list[E]:
    """The aggregate's events, in the order in which they were written."""
    schema = _COUNTED[topic][0]
    query = (
        f"SELECT payload FROM {schema}.outbox "  # noqa: S608 - from the table above
        "WHERE aggregatetype = :aggregate AND aggregateid = :id ORDER BY position"
    )
    values = {"aggregate": topic.aggregate, "id": str(aggregate_id)}
    async with database.transaction() as session:
        payloads = await session.scalars(text(query), values)
        return [decode(topic, payload) for payload in payloads]


async def miscounted(
    database: Database, topic: EventTopic[Event], among: Collection[UUID] | None = None
) -> dict[UUID, str]:
    """Aggregates whose events are not numbered from 1 to the version of their row, and how.

    Of all there are, or `among` those. Right while no outbox was pruned.
    """
    schema, table, key, column = _COUNTED[topic]
    query = _BY_AGGREGATE.format(schema=schema, table=table, key=key, column=column)
    ids = None if among is None else [str(aggregate_id) for aggregate_id in among]
    values = {"aggregate": topic.aggregate, "among": ids}
    wrong = {}
    async with database.transaction() as session:
        for aggregate_id, version, payloads in await session.execute(text(query), values):
            versions = [decode(topic, payload).aggregate_version for payload in payloads]
            if versions != [*range(1, version + 1)]:
                wrong[aggregate_id] = f"version {version}, events {versions}"
    return wrong

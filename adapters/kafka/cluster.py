"""The Kafka cluster: its topics, and whether it answers. docs/events.md has the reasons."""

from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaClient
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import NoError, TopicAlreadyExistsError, for_code

from adapters.settings import KafkaSettings

# A broker that was frozen is given up, and tried again, after this long.
REQUEST_TIMEOUT_MS = 10_000
# Between two tries of the client's own.
RETRY_BACKOFF_MS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`partitions` bound how many consumers share the work; a key stays in one of them.

    They never change: with another number the keys move, and an aggregate's events lose their
    order. `retention` None is for ever.
    """

    name: str
    partitions: int
    retention: timedelta | None

    @property
    def configs(self) -> dict[str, str]:
        """Never compacted: every event counts, not the last of a key."""
        kept = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {"cleanup.policy": "delete", "retention.ms": str(kept)}


# The orders can be built anew from their events alone, so these are kept.
ORDERS = Topic(name="ordering.orders.v1", partitions=6, retention=None)
# Long enough that somebody looks and sends them again.
ORDERS_DEAD = Topic(name="ordering.orders.v1.dlt", partitions=1, retention=timedelta(days=90))

BY_AGGREGATE = {"order": ORDERS}
"""The topic of an outbox row, by its `aggregatetype`."""


async def create_topics(settings: KafkaSettings) -> None:
    """Make those that are missing, and leave the others as they are. Raises `KafkaError`."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    try:
        await admin.start()
        answer = await admin.create_topics(
            [
                NewTopic(
                    topic.name,
                    topic.partitions,
                    settings.replication,
                    topic_configs=topic.configs,
                )
                for topic in (ORDERS, ORDERS_DEAD)
            ]
        )
    finally:
        await admin.close()
    for name, code, text in answer.topic_errors:
        if for_code(code) not in (NoError, TopicAlreadyExistsError):
            message = f"{name}: {text}"
            raise for_code(code)(message)


async def ping(settings: KafkaSettings) -> None:
    """Raises `KafkaError` where no broker answers."""
    client = AIOKafkaClient(bootstrap_servers=settings.bootstrap)
    try:
        await client.bootstrap()
    finally:
        await client.close()

"""The Kafka cluster: making its topics, and asking whether it answers."""

from collections.abc import Iterator

from aiokafka import AIOKafkaClient
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaConnectionError,
    NoError,
    TopicAlreadyExistsError,
    for_code,
)

from adapters.kafka.topics import TOPICS, Topic
from adapters.settings import KafkaSettings

# A broker that was frozen is given up, and tried again, after this long.
REQUEST_TIMEOUT_MS = 10_000
# Between two tries of the client's own.
RETRY_BACKOFF_MS = 500

AWAY: tuple[type[Exception], ...] = (KafkaConnectionError,)
"""Raised where no broker answers whoever wants to connect."""


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
                for topic in _all()
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


def _all() -> Iterator[Topic]:
    for topic in TOPICS:
        yield topic
        yield topic.dead

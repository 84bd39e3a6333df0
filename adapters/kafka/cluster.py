"""The Kafka cluster: making and naming its topics, and asking whether it answers."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaClient
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
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

KAFKA_FAILURES: tuple[type[Exception], ...] = (KafkaError, TimeoutError)
"""Raised by whatever talks to Kafka; `is_away` tells an outage from what a broker refuses."""


def is_away(error: Exception) -> bool:
    """Of a failure: which one an outage looks like depends on the moment of it."""
    return isinstance(error, TimeoutError | KafkaTimeoutError) or getattr(error, "retriable", False)


async def create_topics(settings: KafkaSettings) -> None:
    """Make those that are missing, and leave the others as they are. Raises `KafkaError`."""
    async with _administering(settings) as admin:
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
    for name, code, text in answer.topic_errors:
        if for_code(code) not in (NoError, TopicAlreadyExistsError):
            message = f"{name}: {text}"
            raise for_code(code)(message)


async def existing_topics(settings: KafkaSettings) -> set[str]:
    """Their names. Raises one of `KAFKA_FAILURES`."""
    async with _administering(settings) as admin:
        return set(await admin.list_topics())


async def ping(settings: KafkaSettings) -> None:
    """Raises `KafkaError` where no broker answers."""
    client = AIOKafkaClient(
        bootstrap_servers=settings.bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS
    )
    try:
        await client.bootstrap()
    finally:
        await client.close()


@asynccontextmanager
async def _administering(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(
        bootstrap_servers=settings.bootstrap, request_timeout_ms=REQUEST_TIMEOUT_MS
    )
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


def _all() -> Iterator[Topic]:
    for topic in TOPICS:
        yield topic
        yield topic.dead

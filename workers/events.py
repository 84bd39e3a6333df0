"""The consumer of orders' events: it tells people what happened outside the saga's own step.

An event's effect and its mark in the inbox are one transaction, and its offset is committed after
it: so it happens once, however often the event arrives.
"""

import asyncio
from functools import partial
from typing import Literal

import structlog
from prometheus_client import Counter, Gauge

from adapters.kafka.cluster import create_topics, ping
from adapters.kafka.codec import Undecodable, decode
from adapters.kafka.consumer import Consumer, Received
from adapters.kafka.dead_letters import dead_letter
from adapters.kafka.producer import Producer
from adapters.kafka.topics import ORDERS
from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.settings import DatabaseSettings, KafkaSettings
from adapters.telemetry import correlated
from adapters.weather import endure
from domain.announcements import announcements
from domain.events.orders import OrderEvent
from workers.process import Process

_GROUP = "notifications"
_LAG_SECONDS = 5

Result = Literal["delivered", "duplicate", "ignored", "dead_letter"]

CONSUMED = Counter("events_consumed_total", "Events by what became of them.", ["result"])
LAG = Gauge("consumer_lag", "Events in this process's partitions that are not committed.")

log = structlog.stdlib.get_logger(__name__)


async def work(process: Process) -> None:
    """Consume as one member of the group; an outage of Kafka makes it join again."""
    kafka = KafkaSettings()
    database = Database(DatabaseSettings().notifications_dsn)
    process.checks["kafka"] = partial(ping, kafka)
    process.checks["notifications"] = database.ping
    try:
        async for attempt in endure():
            with attempt:
                await create_topics(kafka)
                await _join(kafka, NotificationRepository(database))
    finally:
        await database.close()


async def _join(kafka: KafkaSettings, notifications: NotificationRepository) -> None:
    async with (
        Producer.connect(kafka) as producer,
        Consumer.join(kafka, group=_GROUP, topic=ORDERS.name) as consumer,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(_measure(consumer))
        announcer = Announcer(notifications, producer)
        while True:
            batch = await consumer.batch()
            for received in batch:
                result = await announcer.deal_with(received)
                CONSUMED.labels(result).inc()
            if batch:
                await consumer.commit(batch)


async def _measure(consumer: Consumer) -> None:
    while True:
        LAG.set(await consumer.lag())
        await asyncio.sleep(_LAG_SECONDS)


class Announcer:
    """Deals with one record after another. While the database is away, it waits."""

    def __init__(self, notifications: NotificationRepository, producer: Producer) -> None:
        self._notifications = notifications
        self._producer = producer

    async def deal_with(self, received: Received) -> Result:
        """Returns what became of it; only then may its offset be committed."""
        try:
            event = decode(ORDERS, received.record.value)
        except Undecodable as reason:
            return await self._bury(received, str(reason))
        with correlated(event.correlation_id):
            return await self._announce(event)

    async def _bury(self, received: Received, reason: str) -> Result:
        await self._producer.send(dead_letter(received, reason))
        log.error("event.undecodable", partition=received.partition, offset=received.offset)
        return "dead_letter"

    async def _announce(self, event: OrderEvent) -> Result:
        told = announcements(event)
        if not told:
            return "ignored"
        async for attempt in endure():
            with attempt:
                fresh = await self._notifications.deliver_once(_GROUP, event.event_id, told)
        result: Result = "delivered" if fresh else "duplicate"
        log.info(
            "event.announced",
            result=result,
            type=event.type,
            order_id=str(event.aggregate_id),
            event_id=str(event.event_id),
        )
        return result

"""Reads a group's topics: a key's records one after another, different keys side by side.

A record's effect and its mark in an inbox are one transaction, and its offset is committed after
it: so the effect happens once, however often the record arrives.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from prometheus_client import Gauge

from adapters import tracing
from adapters.kafka.cluster import create_topics
from adapters.kafka.consumer import Consumer, Received
from adapters.kafka.producer import Producer
from adapters.settings import KafkaSettings
from adapters.weather import endure
from workers.dealing import Dealer, Handler
from workers.lanes import Lanes

_LAG_SECONDS = 5

LAG = Gauge(
    "consumer_lag",
    "Events in this process's partitions that are not committed.",
    ["group", "topic"],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`name` is the group's in Kafka, and the consumer's in the inbox."""

    name: str
    handlers: Sequence[Handler[Any]]


async def consume(group: Group, kafka: KafkaSettings) -> None:
    """As one member of the group until it is cancelled; an outage of Kafka makes it join again."""
    async for attempt in endure():
        with attempt:
            await create_topics(kafka)
            await _take_part(group, kafka)


async def _take_part(group: Group, kafka: KafkaSettings) -> None:
    async with (
        Producer.connect(kafka) as producer,
        Consumer.connect(kafka, group=group.name) as consumer,
        asyncio.TaskGroup() as tasks,
    ):
        lanes = Lanes(tasks)
        dealer = Dealer(group.name, handlers=group.handlers, send=producer.send)
        topics = [handler.topic.name for handler in group.handlers]
        consumer.join(topics, release=lanes.end)
        tasks.create_task(_measure(consumer, group.name, topics))

        async def deal(received: Received) -> None:
            with tracing.consuming(received.record, group=group.name):
                await dealer.deal_with(received)
            consumer.done(received)

        while True:
            for received in await consumer.batch():
                lanes.add((received.source, received.record.key), partial(deal, received))
            await consumer.commit()


async def _measure(consumer: Consumer, group: str, topics: Sequence[str]) -> None:
    """Where the broker does not say, that is no reason to leave the group."""
    while True:
        async for attempt in endure():
            with attempt:
                lag = await consumer.lag()
        for topic in topics:
            LAG.labels(group, topic).set(lag.get(topic, 0))
        await asyncio.sleep(_LAG_SECONDS)

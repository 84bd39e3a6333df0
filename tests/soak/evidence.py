"""What is known once everything is quiet: the outboxes, the topics, the rows and the effects."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.kafka.topics import DELIVERIES, ORDERS, PAYMENTS, RESTAURANTS, STOCK
from domain.events.envelope import Event

GROUPS = {"notifications": (ORDERS, STOCK, RESTAURANTS), "timeline": (PAYMENTS, DELIVERIES)}
"""What each group of consumers reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A record in Kafka."""

    partition: int
    offset: int
    value: bytes
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a timeline says that another context did."""

    order_id: UUID
    event: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """By topic: ids `written` to outboxes, what `arrived` in Kafka's order, aggregates' `versions`,
    and how many are `dead`. `inboxes` have the ids of events by group, `told` the dedupe keys of
    news that events caused. `entries` are what the timelines of `orders` say of other contexts.
    """

    written: Mapping[str, frozenset[UUID]]
    arrived: Mapping[str, Sequence[Arrived]]
    versions: Mapping[str, Mapping[UUID, int]]
    dead: Mapping[str, int]
    inboxes: Mapping[str, frozenset[UUID]]
    orders: frozenset[UUID]
    entries: Counter[Entry]
    told: frozenset[str]

    def events(self, topic: str) -> list[Event]:
        """Each once, in the order of first occurrences."""
        return [
            *{arrived.event.event_id: arrived.event for arrived in self.arrived[topic]}.values()
        ]

    def repeats(self, topic: str) -> int:
        """How many records are there once more."""
        return len(self.arrived[topic]) - len(self.events(topic))

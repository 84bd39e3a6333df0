"""The topics, and what is in them. docs/events.md has the reasons."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from google.protobuf.message import Message

from domain.events.deliveries import DeliveryEvent
from domain.events.envelope import Event
from domain.events.orders import OrderEvent
from domain.events.payments import PaymentEvent
from domain.events.restaurants import RestaurantEvent
from domain.events.stock import StockEvent
from protos.catalog.v1 import restaurants_pb2 as restaurants
from protos.catalog.v1 import stock_pb2 as stock
from protos.delivery.v1 import events_pb2 as delivery
from protos.ordering.v1 import events_pb2 as ordering
from protos.payments.v1 import events_pb2 as payments

E_co = TypeVar("E_co", bound=Event, covariant=True)

_KEPT = timedelta(days=90)

LARGEST_RECORD = 2 * 1024 * 1024
"""Bytes: so that also the largest record that a broker takes has room for why it is dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """`partitions` bound how many consumers share the work; a key stays in one of them.

    They never change: with another number the keys move, and an aggregate's events lose their
    order. `retention` None is for ever. A record has at most `largest` bytes; None is what the
    broker says, usually a megabyte.
    """

    name: str
    partitions: int
    retention: timedelta | None
    largest: int | None = None

    @property
    def configs(self) -> dict[str, str]:
        """Never compacted: every event counts, not the last of a key."""
        kept = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        bound = {} if self.largest is None else {"max.message.bytes": str(self.largest)}
        return {"cleanup.policy": "delete", "retention.ms": str(kept), **bound}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTopic(Topic, Generic[E_co]):
    """One kind of event, of one kind of aggregate: `message` is the contract of `event`."""

    aggregate: str
    event: type[E_co]
    message: type[Message]

    @property
    def dead(self) -> Topic:
        """Where what could not be dealt with waits for a person."""
        return Topic(name=f"{self.name}.dlt", partitions=1, retention=_KEPT, largest=LARGEST_RECORD)


# The orders can be made anew from their events alone, so these are kept.
ORDERS = EventTopic(
    name="ordering.orders.v1",
    aggregate="order",
    partitions=6,
    retention=None,
    event=OrderEvent,
    message=ordering.OrderEvent,
)
PAYMENTS = EventTopic(
    name="payments.payments.v1",
    aggregate="payment",
    partitions=6,
    retention=_KEPT,
    event=PaymentEvent,
    message=payments.PaymentEvent,
)
DELIVERIES = EventTopic(
    name="delivery.deliveries.v1",
    aggregate="delivery",
    partitions=6,
    retention=_KEPT,
    event=DeliveryEvent,
    message=delivery.DeliveryEvent,
)
STOCK = EventTopic(
    name="catalog.stock.v1",
    aggregate="reservation",
    partitions=6,
    retention=_KEPT,
    event=StockEvent,
    message=stock.StockEvent,
)
RESTAURANTS = EventTopic(
    name="catalog.restaurants.v1",
    aggregate="restaurant",
    partitions=3,
    retention=_KEPT,
    event=RestaurantEvent,
    message=restaurants.RestaurantEvent,
)

TOPICS: tuple[EventTopic[Event], ...] = (ORDERS, PAYMENTS, DELIVERIES, STOCK, RESTAURANTS)

BY_NAME = {topic.name: topic for topic in TOPICS}
BY_AGGREGATE = {topic.aggregate: topic for topic in TOPICS}
"""The topic of an outbox row, by its `aggregatetype`."""
BY_EVENT: dict[type[Event], EventTopic[Event]] = {topic.event: topic for topic in TOPICS}

"""Events as bytes and back: protos/<context>/v1 has the contract."""

from datetime import UTC
from uuid import UUID

from google.protobuf.message import DecodeError

from domain.events import OrderEvent, OrderEventType
from domain.money import Money
from protos.ordering.v1 import events_pb2


class Undecodable(Exception):
    """Bytes that are no event this version knows: trying again would not help."""


def encode(event: OrderEvent) -> bytes:
    """The value of a record. Equal events give equal bytes."""
    message = events_pb2.OrderEvent(
        event_id=str(event.event_id),
        event_type=event.type,
        occurred_at=event.occurred_at,
        aggregate_id=str(event.order_id),
        aggregate_version=event.aggregate_version,
        correlation_id=event.correlation_id,
        customer_id=str(event.customer_id),
        restaurant_id=str(event.restaurant_id),
        total=_to_proto(event.total),
        refunded=_to_proto(event.refunded),
    )
    # The fields of the change are named like the types.
    change = getattr(message, event.type)
    change.SetInParent()
    if event.code is not None:
        change.code = event.code
    return message.SerializeToString(deterministic=True)


def decode(value: bytes) -> OrderEvent:
    """Raises `Undecodable` for anything that `encode` did not write, a newer type included."""
    try:
        return _from_proto(events_pb2.OrderEvent.FromString(value))
    except (DecodeError, ValueError) as error:
        message = f"Not an order event: {error}"
        raise Undecodable(message) from error


def _from_proto(message: events_pb2.OrderEvent) -> OrderEvent:
    change = message.WhichOneof("change")
    if change is None:
        error = f"unknown type {message.event_type!r}"
        raise ValueError(error)
    return OrderEvent(
        event_id=UUID(message.event_id),
        type=OrderEventType(change),
        occurred_at=message.occurred_at.ToDatetime(tzinfo=UTC),
        order_id=UUID(message.aggregate_id),
        aggregate_version=message.aggregate_version,
        correlation_id=message.correlation_id,
        customer_id=UUID(message.customer_id),
        restaurant_id=UUID(message.restaurant_id),
        total=Money(message.total.amount, message.total.currency),
        refunded=Money(message.refunded.amount, message.refunded.currency),
        code=getattr(getattr(message, change), "code", "") or None,
    )


def _to_proto(money: Money) -> events_pb2.Money:
    return events_pb2.Money(amount=money.amount, currency=money.currency)

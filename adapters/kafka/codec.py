"""Events as bytes and back: protos/<context>/v1 has the contract."""

from datetime import UTC, datetime
from uuid import UUID

from google.protobuf.message import DecodeError, Message

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
    if event.ready_by is not None:
        change.ready_by.FromDatetime(event.ready_by)
    if event.courier_id is not None:
        change.courier_id = str(event.courier_id)
    return message.SerializeToString(deterministic=True)


def decode(value: bytes) -> OrderEvent:
    """Raises `Undecodable` for anything that `encode` did not write, a newer type included."""
    try:
        return _from_proto(events_pb2.OrderEvent.FromString(value))
    except (DecodeError, ValueError) as error:
        message = f"Not an order event: {error}"
        raise Undecodable(message) from error


def _from_proto(message: events_pb2.OrderEvent) -> OrderEvent:
    type_ = message.WhichOneof("change")
    if type_ is None:
        error = f"unknown type {message.event_type!r}"
        raise ValueError(error)
    change = getattr(message, type_)
    courier_id = getattr(change, "courier_id", "")
    return OrderEvent(
        event_id=UUID(message.event_id),
        type=OrderEventType(type_),
        occurred_at=message.occurred_at.ToDatetime(tzinfo=UTC),
        order_id=UUID(message.aggregate_id),
        aggregate_version=message.aggregate_version,
        correlation_id=message.correlation_id,
        customer_id=UUID(message.customer_id),
        restaurant_id=UUID(message.restaurant_id),
        total=Money(message.total.amount, message.total.currency),
        refunded=Money(message.refunded.amount, message.refunded.currency),
        code=getattr(change, "code", "") or None,
        ready_by=_ready_by(change),
        courier_id=UUID(courier_id) if courier_id else None,
    )


def _ready_by(change: Message) -> datetime | None:
    if "ready_by" not in change.DESCRIPTOR.fields_by_name or not change.HasField("ready_by"):
        return None
    ready_by: datetime = change.ready_by.ToDatetime(tzinfo=UTC)  # type: ignore[attr-defined]
    return ready_by


def _to_proto(money: Money) -> events_pb2.Money:
    return events_pb2.Money(amount=money.amount, currency=money.currency)

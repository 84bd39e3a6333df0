"""Events as bytes and back: protos/<context>/v1 has the contracts.

An event and its message name their fields alike, so one codec serves all of them. What a message
does not have itself is in the message of its change.
"""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

from google.protobuf.message import DecodeError, Message

from adapters.kafka.topics import BY_EVENT, EventTopic
from domain.events.envelope import Event

E = TypeVar("E", bound=Event)

_HINTS: dict[type[Any], dict[str, Any]] = {}


class Undecodable(Exception):
    """Bytes that are no event this version knows: trying again would not help."""


def encode(event: Event) -> bytes:
    """The value of a record. Equal events give equal bytes."""
    message = BY_EVENT[type(event)].message(event_type=event.type)
    # The fields of the change are named like the types.
    change = getattr(message, event.type)
    change.SetInParent()
    for name in _hints(type(event)):
        if name != "type":
            home = message if name in message.DESCRIPTOR.fields_by_name else change
            _write(home, name, getattr(event, name))
    return message.SerializeToString(deterministic=True)


def decode(topic: EventTopic[E], value: bytes) -> E:
    """Raises `Undecodable` for anything that `encode` did not write, a newer type included."""
    try:
        return _event_of(topic, topic.message.FromString(value))
    except (DecodeError, ValueError) as error:
        message = f"Not an event of {topic.name}: {error}"
        raise Undecodable(message) from error


def _write(message: Message, name: str, value: Any) -> None:
    """Leave out None and what is empty: its field then says nothing."""
    if isinstance(value, datetime):
        getattr(message, name).FromDatetime(value)
    elif is_dataclass(value):
        _write_all(getattr(message, name), value)
    elif isinstance(value, tuple):
        for each in value:
            _add(getattr(message, name), each)
    elif value is not None:
        setattr(message, name, str(value) if isinstance(value, UUID) else value)


def _add(repeated: Any, value: Any) -> None:
    if is_dataclass(value):
        _write_all(repeated.add(), value)
    else:
        repeated.append(value)


def _write_all(message: Message, thing: Any) -> None:
    message.SetInParent()
    for field in fields(thing):
        _write(message, field.name, getattr(thing, field.name))


def _event_of(topic: EventTopic[E], message: Any) -> E:
    type_ = message.WhichOneof("change")
    if type_ is None:
        error = f"unknown type {message.event_type!r}"
        raise ValueError(error)
    change = getattr(message, type_)
    values = {"type": _hints(topic.event)["type"](type_)}
    for name, hint in _hints(topic.event).items():
        home = message if name in message.DESCRIPTOR.fields_by_name else change
        # What other types have to say besides, this one has not.
        if name != "type" and name in home.DESCRIPTOR.fields_by_name:
            values[name] = _read(home, name, hint)
    return topic.event(**values)


def _read(message: Any, name: str, hint: Any) -> Any:
    kind, is_optional, is_many = _shape_of(hint)
    if is_many:
        return tuple(_value_of(kind, each) for each in getattr(message, name))
    if _is_unsaid(message, name) and is_optional:
        return None
    if message.DESCRIPTOR.fields_by_name[name].has_presence and not message.HasField(name):
        error = f"{name} is missing"
        raise ValueError(error)
    return _value_of(kind, getattr(message, name))


@cache
def _shape_of(hint: Any) -> tuple[type[Any], bool, bool]:
    """Of what kind a field's values are, whether it may be None, and whether it has many."""
    kinds = get_args(hint) or (hint,)
    kind = next(kind for kind in kinds if kind not in (NoneType, Ellipsis))
    return kind, NoneType in kinds, get_origin(hint) is tuple


def _is_unsaid(message: Any, name: str) -> bool:
    if message.DESCRIPTOR.fields_by_name[name].has_presence:
        return not message.HasField(name)
    return not getattr(message, name)


def _value_of(kind: type[Any], value: Any) -> Any:
    if kind is datetime:
        return value.ToDatetime(tzinfo=UTC)
    if is_dataclass(kind):
        return _thing_of(kind, value)
    return kind(value) if issubclass(kind, UUID | StrEnum) else value


def _thing_of(kind: type[Any], message: Any) -> Any:
    return kind(**{name: _read(message, name, hint) for name, hint in _hints(kind).items()})


def _hints(kind: type[Any]) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]

"""Records for people: nothing here is ever parsed."""

from google.protobuf import json_format
from google.protobuf.message import DecodeError

from adapters.kafka.codec import Undecodable
from adapters.kafka.topics import EventTopic
from domain.events.envelope import Event

_PER_LINE = 16
_LINES = 64


def as_json(topic: EventTopic[Event], value: bytes) -> str:
    """The message, also of a type that is newer than we are.

    Raises `Undecodable` for bytes that are none, or that say nothing we know.
    """
    try:
        message = topic.message.FromString(value)
        if not message.ListFields():
            raise Undecodable("No field of it is known.")
        return json_format.MessageToJson(message, preserving_proto_field_name=True)
    except (DecodeError, json_format.Error, ValueError) as error:
        raise Undecodable(str(error)) from error


def as_hex(value: bytes) -> str:
    """16 bytes a line, with those that are text beside them; the first kilobyte."""
    lines = [
        f"{start:08x}  {line.hex(' '):<47}  {_text(line)}"
        for start in range(0, min(len(value), _PER_LINE * _LINES), _PER_LINE)
        if (line := value[start : start + _PER_LINE])
    ]
    more = len(value) - _PER_LINE * _LINES
    return "\n".join([*lines, f"… and {more} bytes more"] if more > 0 else lines)


def _text(line: bytes) -> str:
    text = line.decode("ascii", errors="replace")
    return "".join(sign if sign.isascii() and sign.isprintable() else "." for sign in text)

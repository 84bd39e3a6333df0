"""What goes into a topic: CloudEvents in binary mode, that is the envelope also as headers.

A reader can route an event and drop what it has seen without decoding it.
https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/kafka-protocol-binding.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`key` is the aggregate's id: one key's records stay in order."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers


def envelope(
    *, id: UUID, type: str, source: str, time: datetime, extra: Mapping[str, str]
) -> Headers:
    """Headers of an event in protobuf. `extra` follows the standard ones under its own names."""
    texts = {
        "content-type": "application/protobuf",
        "ce_specversion": "1.0",
        "ce_id": str(id),
        "ce_type": type,
        "ce_source": source,
        "ce_time": time.isoformat(),
        **extra,
    }
    return tuple((name, text.encode()) for name, text in texts.items())

"""Key rings of the codec, and what is encrypted of what Temporal holds."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload

# These must stay readable: the first is what lists are made of, the second has ids of requests.
_NEVER_ENCRYPTED = {"search_attributes", "header"}
# The SDK's own note on a local activity, written past every codec: its name, attempt and times.
_OF_THE_SDK = "data"


def ring_of(*ids: str) -> str:
    """As `TEMPORAL_CODEC_KEYS` has it: an id stands for the same key in every ring."""
    return json.dumps({id_: b64encode(id_.encode().ljust(32)).decode() for id_ in ids})


def idle_ring_of(*ids: str) -> str:
    """That decrypts with all of them, and encrypts nothing."""
    return json.dumps({"none": None, **json.loads(ring_of(*ids))})


def payloads_in(message: Message) -> Iterator[Payload]:
    """All but those that are never encrypted."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.name in _NEVER_ENCRYPTED:
            continue
        for each in _messages(value):
            yield from payloads_in(each)


def _messages(value: Message | Mapping[Any, Any] | Iterable[Any]) -> list[Message]:
    """Of a field: one, many or a map of them."""
    if isinstance(value, Message):
        return [value]
    if isinstance(value, Mapping):
        found = [each for name, each in value.items() if name != _OF_THE_SDK]
    else:
        found = [*value]
    return [each for each in found if isinstance(each, Message)]

"""What could not be dealt with: the record as it came, why, and what a person decided about it.

Both are records of the topic's dead-letter topic, a decision after what it is about. So Kafka
alone says which letters are open.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from aiokafka import ConsumerRecord

from adapters.kafka.consumer import Received
from adapters.kafka.record import Headers, Record
from adapters.kafka.topics import BY_NAME

# Enough for a person; a record has to stay within what the broker takes.
_LONGEST_REASON = 1_000
_OURS = "dlt_"


class LetterId(NamedTuple):
    """Where in which dead-letter topic it is: `ordering.orders.v1.dlt@7`."""

    topic: str
    offset: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` for anything that `str` did not write."""
        found = re.fullmatch(r"(.+)@([0-9]+)", text)
        if found is None:
            message = f"{text!r} is no id of a letter, as TOPIC.dlt@OFFSET is."
            raise ValueError(message)
        return cls(found[1], int(found[2]))

    def __str__(self) -> str:
        return f"{self.topic}@{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why the group `consumer` gave it up, after how many attempts."""

    consumer: str
    reason: str
    attempts: int
    first_failed_at: datetime
    dead_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """`record` is what came, from that partition and offset of its topic."""

    id: LetterId
    record: Record
    partition: int
    offset: int
    failure: Failure


class Decision(StrEnum):
    REPLAYED = "replayed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a person decided about a letter; `reason` is empty where it was sent again."""

    letter: LetterId
    decision: Decision
    reason: str
    by: str
    at: datetime


def bury(received: Received, failure: Failure) -> Record:
    """The record to send before the offset of `received` is committed."""
    texts = {
        "dlt_reason": failure.reason[:_LONGEST_REASON],
        "dlt_topic": received.record.topic,
        "dlt_partition": str(received.partition),
        "dlt_offset": str(received.offset),
        "dlt_attempts": str(failure.attempts),
        "dlt_consumer": failure.consumer,
        "dlt_first_failed_at": failure.first_failed_at.isoformat(),
        "dlt_dead_at": failure.dead_at.isoformat(),
    }
    return Record(
        topic=BY_NAME[received.record.topic].dead.name,
        key=received.record.key,
        value=received.record.value,
        headers=(*_original(received.record.headers), *_headers(texts)),
    )


def resolve(resolution: Resolution) -> Record:
    texts = {
        "resolves": str(resolution.letter),
        "resolution": resolution.decision,
        "resolution_reason": resolution.reason,
        "resolved_by": resolution.by,
        "resolved_at": resolution.at.isoformat(),
    }
    return Record(topic=resolution.letter.topic, key=None, value=b"", headers=_headers(texts))


def read(message: ConsumerRecord[bytes, bytes]) -> DeadLetter | Resolution | None:
    """What a record of a dead-letter topic is; None where it is neither."""
    texts = {name: (value or b"").decode(errors="replace") for name, value in message.headers}
    try:
        return _letter(message, texts) if "dlt_topic" in texts else _resolution(texts)
    except (KeyError, ValueError):
        return None


def _letter(message: ConsumerRecord[bytes, bytes], texts: Mapping[str, str]) -> DeadLetter:
    return DeadLetter(
        id=LetterId(message.topic, message.offset),
        record=Record(
            topic=texts["dlt_topic"],
            key=message.key,
            value=message.value or b"",
            headers=_original(tuple(message.headers)),
        ),
        partition=int(texts["dlt_partition"]),
        offset=int(texts["dlt_offset"]),
        failure=Failure(
            consumer=texts["dlt_consumer"],
            reason=texts["dlt_reason"],
            attempts=int(texts["dlt_attempts"]),
            first_failed_at=datetime.fromisoformat(texts["dlt_first_failed_at"]),
            dead_at=datetime.fromisoformat(texts["dlt_dead_at"]),
        ),
    )


def _resolution(texts: Mapping[str, str]) -> Resolution:
    return Resolution(
        letter=LetterId.parse(texts["resolves"]),
        decision=Decision(texts["resolution"]),
        reason=texts["resolution_reason"],
        by=texts["resolved_by"],
        at=datetime.fromisoformat(texts["resolved_at"]),
    )


def _original(headers: Headers) -> Headers:
    return tuple(header for header in headers if not header[0].startswith(_OURS))


def _headers(texts: Mapping[str, str]) -> Headers:
    return tuple((name, text.encode()) for name, text in texts.items())

"""Where a record goes that nobody can read: as it came, with the reason beside it."""

from adapters.kafka.consumer import Received
from adapters.kafka.record import Record
from adapters.kafka.topics import ORDERS


def dead_letter(received: Received, reason: str) -> Record:
    """The record to send before the offset of `received` is committed."""
    origin = {
        "dlt_reason": reason,
        "dlt_topic": received.record.topic,
        "dlt_partition": str(received.partition),
        "dlt_offset": str(received.offset),
    }
    return Record(
        topic=ORDERS.dead.name,
        key=received.record.key,
        value=received.record.value,
        headers=(
            *received.record.headers,
            *((name, text.encode()) for name, text in origin.items()),
        ),
    )

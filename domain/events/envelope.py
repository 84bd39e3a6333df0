"""What every event says, whatever it is about."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change of one aggregate. `aggregate_version` is 1, 2, 3 … without a gap.

    So a reader can put the events of one aggregate in order, and see that one is missing. Each
    kind of event adds the state after the change, and what only its `type` has to say besides.
    """

    event_id: UUID
    type: StrEnum
    occurred_at: datetime
    aggregate_id: UUID
    aggregate_version: int
    # Joins the event to the request, workflow and log lines that caused it.
    correlation_id: str


def event_id(aggregate_id: UUID, idempotency_key: str, event_type: str) -> UUID:
    """The same id however often the change is attempted."""
    return uuid5(aggregate_id, f"{idempotency_key}:{event_type}")

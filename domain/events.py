"""What happened to an order, as the world hears it.

One event a status change that others act on. `aggregate_version` is the order's version after
the change, so a reader can put events of one order in order and see a gap.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from domain.money import Money


class OrderEventType(StrEnum):
    PLACED = "order_placed"
    CONFIRMED = "order_confirmed"
    ACCEPTED = "order_accepted"
    DELAYED = "order_delayed"
    PREPARING = "order_preparing"
    READY = "order_ready"
    COURIER_RELEASED = "order_courier_released"
    PICKED_UP = "order_picked_up"
    DELIVERED = "order_delivered"
    REJECTED = "order_rejected"
    CANCELLED = "order_cancelled"
    PAYMENT_FAILED = "order_payment_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """A change of an order, complete enough that nobody has to ask back.

    `total` is what was agreed, `refunded` what has been given back so far. `code` is the reason
    of an end without food, `ready_by` when the kitchen means to be done (of an order accepted or
    delayed), `courier_id` who has picked the order up, delivered it, gave it back or lost it, or
    had it when it was cancelled; each is None otherwise.
    """

    event_id: UUID
    type: OrderEventType
    occurred_at: datetime
    order_id: UUID
    aggregate_version: int
    # Joins the event to the request, workflow and log lines that caused it.
    correlation_id: str
    customer_id: UUID
    restaurant_id: UUID
    total: Money
    refunded: Money
    code: str | None = None
    ready_by: datetime | None = None
    courier_id: UUID | None = None


def event_id(aggregate_id: UUID, idempotency_key: str, event_type: str) -> UUID:
    """The same id however often the change is attempted."""
    return uuid5(aggregate_id, f"{idempotency_key}:{event_type}")

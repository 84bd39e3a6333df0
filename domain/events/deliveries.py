"""What happened to a delivery, as the world hears it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.deliveries import DeliveryCode, DeliveryState
from domain.events.envelope import Event
from domain.money import Money


class DeliveryEventType(StrEnum):
    OFFERED = "delivery_offered"
    ASSIGNED = "delivery_assigned"
    RELEASED = "delivery_released"
    PICKED_UP = "delivery_picked_up"
    DELIVERED = "delivery_delivered"
    FAILED = "delivery_failed"
    CANCELLED = "delivery_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTold:
    """A delivery after a change: the fields are those of `domain.deliveries.Delivery`."""

    restaurant_id: UUID
    state: DeliveryState
    courier_id: UUID | None
    assignment: int
    fee: Money
    round: int
    radius_km: float
    expires_at: datetime
    code: DeliveryCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryEvent(Event):
    """A change of a delivery. Its aggregate is the order.

    `courier_id` is who has it no more, and `lost` whether it was taken back from them: of
    `delivery_released` only, because the delivery has forgotten that.
    """

    type: DeliveryEventType
    delivery: DeliveryTold
    courier_id: UUID | None = None
    lost: bool | None = None

"""A delivery: the states it may take, who may carry it, and the commands that make and move it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.desk import Mandate
from domain.geography import Point
from domain.money import Money

# Undelivered orders that one courier may hold: food that waits for two others is still warm.
HOLDS_AT_MOST = 3

# The rounds of an offer: to those this near to the restaurant, then to those farther away.
OFFER_RADII_KM = (3.0, 6.0, 10.0, 20.0)

# Where a courier was longer ago says nothing about where they are.
LOCATION_HOLDS = timedelta(minutes=10)


class DeliveryState(StrEnum):
    OFFERED = "offered"
    ASSIGNED = "assigned"
    PICKED_UP = "picked_up"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return not TRANSITIONS[self]

    def leads_to(self, other: "DeliveryState") -> bool:
        return other in TRANSITIONS[self]


TRANSITIONS: dict[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.OFFERED: frozenset(
        {DeliveryState.ASSIGNED, DeliveryState.FAILED, DeliveryState.CANCELLED}
    ),
    # Back to offered: the courier released it, or went silent and lost it.
    DeliveryState.ASSIGNED: frozenset(
        {
            DeliveryState.OFFERED,
            DeliveryState.PICKED_UP,
            DeliveryState.FAILED,
            DeliveryState.CANCELLED,
        }
    ),
    DeliveryState.PICKED_UP: frozenset(
        {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.CANCELLED}
    ),
    DeliveryState.DELIVERED: frozenset(),
    DeliveryState.FAILED: frozenset(),
    DeliveryState.CANCELLED: frozenset(),
}
"""Every legal step. The last three lead nowhere: a delivery ends there."""

HELD = frozenset({DeliveryState.ASSIGNED, DeliveryState.PICKED_UP})
"""The delivery is in a courier's hands."""


class DeliveryCode(StrEnum):
    """Why a delivery ended, beside its state."""

    DELIVERED = "delivered"
    NO_COURIER = "no_courier"
    COURIER_LOST = "courier_lost"
    DELIVERY_FAILED = "delivery_failed"
    CALLED_OFF = "called_off"
    CANCELLED_IN_ENGINE = "cancelled_in_engine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """`location` is where they were at `located_at`; `seen_at` is the last sign of life.

    `vehicle` is in their own words: "bicycle".
    """

    courier_id: UUID
    vehicle: str
    available: bool
    location: Point | None
    located_at: datetime | None
    seen_at: datetime

    def located_since(self, moment: datetime) -> bool:
        return self.located_at is not None and self.located_at >= moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A delivery as its row has it. No address of the customer's: that stays with the order.

    `assignment` counts the claims; `courier_id` is that of the last one, and None while offered.
    """

    order_id: UUID
    restaurant_id: UUID
    pickup: Point
    fee: Money
    state: DeliveryState
    round: int
    radius_km: float
    expires_at: datetime
    assignment: int
    courier_id: UUID | None
    code: DeliveryCode | None
    assigned_at: datetime | None
    picked_up_at: datetime | None
    ended_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """An order in a courier's hands. `place` is where they were at `located_at`, if they told."""

    order_id: UUID
    courier_id: UUID
    state: DeliveryState
    pickup: Point
    place: Point | None
    located_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverOrder:
    """The input of a delivery's workflow. Where it goes is not in it: Temporal holds no address.

    `fee` is what the customer pays for it, `ready_by` when the kitchen promised the food.
    """

    order_id: UUID
    restaurant_id: UUID
    pickup: Point
    fee: Money
    ready_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDelivery:
    """Offer it to the couriers within `radius_km` of the pickup until `expires_at`.

    Every offer of a delivery expires later than the one before it: that tells a late one.
    """

    order_id: UUID
    restaurant_id: UUID
    pickup: Point
    fee: Money
    round: int
    radius_km: float
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCourier:
    """Give it to the courier, once per `assignment`: the first is 1.

    `by_support`: also to one from whom it was taken back before.
    """

    order_id: UUID
    assignment: int
    courier_id: UUID
    by_support: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDelivery:
    """Take the assignment back. A courier who `lost` it isn't offered this delivery again."""

    order_id: UUID
    assignment: int
    courier_id: UUID
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceDelivery:
    """Move it on while it is with this `assignment` (0: nobody ever had it).

    `code` says why, where the state is final. `remark_id` names what the courier wrote.
    """

    order_id: UUID
    assignment: int
    state: DeliveryState
    code: DeliveryCode | None = None
    remark_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookForCourier:
    """Ask when the courier was last seen."""

    order_id: UUID
    courier_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierRequest:
    """What a courier sends with every update: who they are, and the id of what they wrote."""

    courier_id: UUID
    remark_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignCourier:
    """Support gives the delivery to the courier; None takes it back, and others are asked."""

    courier_id: UUID | None = None
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDelivery:
    """Support gives 1 to 60 `minutes` more to what the delivery waits for."""

    minutes: int
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourierMoved:
    """Signal to the order: the delivery is assigned, offered again (no courier) or picked up."""

    order_id: UUID
    state: DeliveryState
    courier_id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """The result of a delivery's workflow. `courier_id` is who had it last, if anybody."""

    order_id: UUID
    state: DeliveryState
    courier_id: UUID | None
    code: DeliveryCode

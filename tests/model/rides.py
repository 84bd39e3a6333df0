"""The model of a delivery: what a courier may do with it, and what that does to the order."""

from dataclasses import dataclass
from uuid import UUID

from domain.deliveries import Delivery, DeliveryState
from domain.orders import OrderStatus
from tests.model.expectations import State, ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """A courier and an order's delivery: None where it has none, or not yet.

    `lost` is whether it was taken from this courier; None where they never gave it back.
    """

    order: State
    delivery: Delivery | None
    courier_id: UUID
    lost: bool | None

    def grants(self, verb: str) -> bool:
        if self.delivery is None or self.delivery.state.is_final:
            return False
        return _RULES[verb](self)

    def leads_to(self, verb: str) -> set[State]:
        """What the order may be after it was granted."""
        match verb:
            case "pick_up":
                return {State(OrderStatus.PICKED_UP)}
            case "deliver":
                return {State(OrderStatus.DELIVERED)}
            case "fail":
                return {*ended(self.order, OrderStatus.CANCELLED)}
        return {self.order}

    @property
    def is_theirs(self) -> bool:
        return self.delivery is not None and self.delivery.courier_id == self.courier_id

    def is_in(self, *states: DeliveryState) -> bool:
        return self.delivery is not None and self.delivery.state in states


def _claims(ride: Ride) -> bool:
    return ride.is_theirs or (ride.is_in(DeliveryState.OFFERED) and not ride.lost)


def _releases(ride: Ride) -> bool:
    if ride.is_theirs:
        return ride.is_in(DeliveryState.ASSIGNED)
    return ride.lost is not None


def _picks_up(ride: Ride) -> bool:
    waits = ride.is_in(DeliveryState.ASSIGNED) and ride.order.status is OrderStatus.READY
    return ride.is_theirs and (waits or ride.is_in(DeliveryState.PICKED_UP))


def _delivers(ride: Ride) -> bool:
    return ride.is_theirs and ride.is_in(DeliveryState.PICKED_UP)


def _fails(ride: Ride) -> bool:
    return ride.is_theirs and ride.is_in(DeliveryState.ASSIGNED, DeliveryState.PICKED_UP)


_RULES = {
    "claim": _claims,
    "release": _releases,
    "pick_up": _picks_up,
    "deliver": _delivers,
    "fail": _fails,
}

"""When the food should be at the door."""

from datetime import datetime, timedelta

from domain.deliveries import LOCATION_HOLDS, DeliveryState, Ride
from domain.geography import Point
from domain.orders import Order, OrderStatus


def arrival(order: Order, ride: Ride | None, *, now: datetime) -> datetime | None:
    """From where the courier is, and else as the kitchen promised.

    None where nobody can say, and once the order has ended.
    """
    if order.eta is None or ride is None or ride.place is None or ride.located_at is None:
        return order.eta
    if ride.located_at < now - LOCATION_HOLDS:
        return order.eta
    if ride.state is DeliveryState.PICKED_UP:
        return ride.located_at + _riding(ride.place, order.particulars.address.point)
    at_the_restaurant = ride.located_at + _riding(ride.place, ride.pickup)
    return _leaves(order, at_the_restaurant) + timedelta(minutes=order.ride_minutes)


def _leaves(order: Order, at_the_restaurant: datetime) -> datetime:
    """A courier who is early waits for the kitchen."""
    if order.ready_by is None or order.status is OrderStatus.READY:
        return at_the_restaurant
    return max(at_the_restaurant, order.ready_by)


def _riding(here: Point, there: Point) -> timedelta:
    return timedelta(minutes=here.ride_minutes(there))

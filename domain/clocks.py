"""How long an order usually takes in each status, and how far over that one is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.orders import IN_CHECKOUT, Order, OrderStatus


class Side(StrEnum):
    """Whom an order that is under way waits for."""

    CHECKOUT = "checkout"
    KITCHEN = "kitchen"
    COURIER_MISSING = "courier_missing"
    COURIER = "courier"


USUAL = {
    OrderStatus.PLACED: timedelta(minutes=1),
    OrderStatus.RESERVED: timedelta(minutes=1),
    OrderStatus.PAYMENT_ACTION_REQUIRED: timedelta(minutes=15),
    OrderStatus.CONFIRMED: timedelta(minutes=10),
    OrderStatus.ACCEPTED: timedelta(minutes=30),
    OrderStatus.PREPARING: timedelta(minutes=30),
    OrderStatus.READY: timedelta(minutes=15),
    OrderStatus.PICKED_UP: timedelta(minutes=30),
}
"""Where nobody promised anything for this very order. An order that has ended has none."""

_IN_KITCHEN = {OrderStatus.CONFIRMED, OrderStatus.ACCEPTED, OrderStatus.PREPARING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An order under way: in `status` `since` then, and usually out of it `by` then."""

    order_id: UUID
    restaurant_id: UUID
    status: OrderStatus
    has_courier: bool
    since: datetime
    by: datetime

    @property
    def side(self) -> Side:
        if self.status in IN_CHECKOUT:
            return Side.CHECKOUT
        if self.status in _IN_KITCHEN:
            return Side.KITCHEN
        return Side.COURIER if self.has_courier else Side.COURIER_MISSING

    def over(self, now: datetime) -> timedelta:
        """How long it is over its usual time: nothing, where it is not."""
        return max(now - self.by, timedelta())


def late(clocks: Iterable[Clock], side: Side, now: datetime) -> list[Clock]:
    """Those of a side that are over their time, the longest first."""
    over = (clock for clock in clocks if clock.side is side and clock.over(now))
    return sorted(over, key=lambda clock: clock.over(now), reverse=True)


def clock_of(order: Order, since: datetime) -> Clock | None:
    """None of an order that has ended. `since` is when it took its status."""
    if order.status.is_final:
        return None
    return Clock(
        order_id=order.order_id,
        restaurant_id=order.restaurant_id,
        status=order.status,
        has_courier=order.courier_id is not None,
        since=since,
        by=_promised(order, since) or since + USUAL[order.status],
    )


def _promised(order: Order, since: datetime) -> datetime | None:
    match order.status:
        case OrderStatus.CONFIRMED:
            return order.answer_by
        case OrderStatus.ACCEPTED | OrderStatus.PREPARING:
            return order.ready_by
        case OrderStatus.PICKED_UP:
            return since + timedelta(minutes=order.ride_minutes)
    return None

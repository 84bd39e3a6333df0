"""Couriers and deliveries in the database, with what a test doesn't care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    DeliverOrder,
    DeliveryCode,
    DeliveryState,
    OfferDelivery,
    ReleaseDelivery,
)
from domain.geography import Point
from tests.support.builders import usd

# Far from every restaurant of other tests, whose couriers see what is near: these have none.
KITCHEN = Point(lat=-1.286, lon=36.817)


def north_of(place: Point, km: float) -> Point:
    """A degree of latitude is 111.2 km everywhere."""
    return Point(lat=place.lat + km / 111.195, lon=place.lon)


def an_errand(**given: Any) -> DeliverOrder:
    """Food that will be ready in twenty minutes."""
    defaults: dict[str, Any] = {
        "order_id": uuid4(),
        "restaurant_id": uuid4(),
        "pickup": KITCHEN,
        "fee": usd(200),
        "ready_by": datetime.now(UTC) + timedelta(minutes=20),
    }
    return DeliverOrder(**(defaults | given))


def an_offer(**given: Any) -> OfferDelivery:
    defaults: dict[str, Any] = {
        "order_id": uuid4(),
        "restaurant_id": uuid4(),
        "pickup": KITCHEN,
        "fee": usd(200),
        "round": 1,
        "radius_km": 3.0,
        "expires_at": datetime.now(UTC) + timedelta(minutes=2),
    }
    return OfferDelivery(**(defaults | given))


async def a_courier(couriers: CourierRepository, *, at: Point | None = KITCHEN) -> UUID:
    """Somebody who works, and told where they are unless `at` is None."""
    courier_id = uuid4()
    await couriers.enlist(courier_id, "bicycle")
    await couriers.set_available(courier_id, available=True)
    if at is not None:
        await couriers.locate(courier_id, at)
    return courier_id


async def an_open_delivery(deliveries: DeliveryRepository, **given: Any) -> UUID:
    offer = an_offer(**given)
    await deliveries.offer(offer)
    return offer.order_id


def a_claim(
    order_id: UUID, courier_id: UUID, assignment: int = 1, *, by_support: bool = False
) -> AssignCourier:
    return AssignCourier(
        order_id=order_id, assignment=assignment, courier_id=courier_id, by_support=by_support
    )


def a_release(
    order_id: UUID, courier_id: UUID, assignment: int = 1, *, lost: bool = False
) -> ReleaseDelivery:
    return ReleaseDelivery(
        order_id=order_id, assignment=assignment, courier_id=courier_id, lost=lost
    )


def a_step(order_id: UUID, state: DeliveryState, **given: Any) -> AdvanceDelivery:
    codes = {
        DeliveryState.DELIVERED: DeliveryCode.DELIVERED,
        DeliveryState.FAILED: DeliveryCode.DELIVERY_FAILED,
        DeliveryState.CANCELLED: DeliveryCode.CALLED_OFF,
    }
    defaults: dict[str, Any] = {"assignment": 1, "code": codes.get(state)}
    return AdvanceDelivery(order_id=order_id, state=state, **(defaults | given))


async def a_held_delivery(deliveries: DeliveryRepository, courier_id: UUID, **given: Any) -> UUID:
    order_id = await an_open_delivery(deliveries, **given)
    await deliveries.assign(a_claim(order_id, courier_id))
    return order_id


async def a_delivered_one(deliveries: DeliveryRepository, courier_id: UUID) -> UUID:
    order_id = await a_held_delivery(deliveries, courier_id)
    for state in (DeliveryState.PICKED_UP, DeliveryState.DELIVERED):
        await deliveries.advance(a_step(order_id, state))
    return order_id

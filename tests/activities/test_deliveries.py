"""Every activity is tried twice, as the engine may: the same result, one effect."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.deliveries import DeliveryActivities
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.engine import Database
from domain.deliveries import Delivery, DeliveryState, LookForCourier
from domain.errors import AlreadyClaimed, ClaimRefused, CourierNotFound
from tests.support.delivering import (
    a_claim,
    a_courier,
    a_held_delivery,
    a_release,
    a_step,
    an_offer,
    an_open_delivery,
)


@pytest.fixture
def rides(delivery: Database) -> RideRepository:
    return RideRepository(delivery)


@pytest.fixture
def activities(
    deliveries: DeliveryRepository, couriers: CourierRepository, rides: RideRepository
) -> DeliveryActivities:
    return DeliveryActivities(deliveries, couriers, rides)


async def twice(activity: Any, command: Any) -> None:
    for _ in range(2):
        await ActivityEnvironment().run(activity, command)


async def moved(deliveries: DeliveryRepository, order_id: Any) -> tuple[DeliveryState, int]:
    """The state, and how many changes led to it."""
    found = await deliveries.find(order_id)
    assert isinstance(found, Delivery)
    return found.state, found.version


async def test_offer_delivery_offers_once_when_tried_twice(
    activities: DeliveryActivities, deliveries: DeliveryRepository
) -> None:
    offer = an_offer()
    await twice(activities.offer_delivery, offer)
    assert await moved(deliveries, offer.order_id) == (DeliveryState.OFFERED, 1)


async def test_assign_courier_assigns_once_when_tried_twice(
    activities: DeliveryActivities, deliveries: DeliveryRepository, couriers: CourierRepository
) -> None:
    order_id = await an_open_delivery(deliveries)
    await twice(activities.assign_courier, a_claim(order_id, await a_courier(couriers)))
    assert await moved(deliveries, order_id) == (DeliveryState.ASSIGNED, 2)


async def test_assign_courier_says_each_time_why_not(
    activities: DeliveryActivities, deliveries: DeliveryRepository, couriers: CourierRepository
) -> None:
    taken = await a_held_delivery(deliveries, await a_courier(couriers))
    free = await an_open_delivery(deliveries)
    lost = a_claim(free, await a_courier(couriers, at=None))
    late = a_claim(taken, await a_courier(couriers))
    for _ in range(2):
        with pytest.raises(ClaimRefused):
            await ActivityEnvironment().run(activities.assign_courier, lost)
        with pytest.raises(AlreadyClaimed):
            await ActivityEnvironment().run(activities.assign_courier, late)


async def test_release_delivery_opens_it_once_when_tried_twice(
    activities: DeliveryActivities, deliveries: DeliveryRepository, couriers: CourierRepository
) -> None:
    courier_id = await a_courier(couriers)
    order_id = await a_held_delivery(deliveries, courier_id)
    await twice(activities.release_delivery, a_release(order_id, courier_id))
    assert await moved(deliveries, order_id) == (DeliveryState.OFFERED, 3)


async def test_advance_delivery_moves_once_when_tried_twice(
    activities: DeliveryActivities, deliveries: DeliveryRepository, couriers: CourierRepository
) -> None:
    order_id = await a_held_delivery(deliveries, await a_courier(couriers))
    await twice(activities.advance_delivery, a_step(order_id, DeliveryState.PICKED_UP))
    assert await moved(deliveries, order_id) == (DeliveryState.PICKED_UP, 3)
    await twice(activities.advance_delivery, a_step(order_id, DeliveryState.DELIVERED))
    assert await moved(deliveries, order_id) == (DeliveryState.DELIVERED, 4)


async def test_courier_last_seen_follows_what_the_courier_does(
    activities: DeliveryActivities, couriers: CourierRepository
) -> None:
    courier_id = await a_courier(couriers)
    look = LookForCourier(order_id=uuid4(), courier_id=courier_id)
    first = await ActivityEnvironment().run(activities.courier_last_seen, look)
    assert await ActivityEnvironment().run(activities.courier_last_seen, look) == first
    assert datetime.now(UTC) - first < timedelta(minutes=1)
    await couriers.see(courier_id)
    assert await ActivityEnvironment().run(activities.courier_last_seen, look) > first


async def test_courier_last_seen_knows_no_stranger(activities: DeliveryActivities) -> None:
    look = LookForCourier(order_id=uuid4(), courier_id=uuid4())
    with pytest.raises(CourierNotFound):
        await ActivityEnvironment().run(activities.courier_last_seen, look)

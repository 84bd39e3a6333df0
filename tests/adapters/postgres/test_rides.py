"""Who carries what, where they are, and when that is forgotten."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, update

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.delivery.tables import CourierRow
from adapters.postgres.engine import Database
from domain.deliveries import LOCATION_HOLDS, DeliveryState
from domain.geography import Point
from tests.support.delivering import (
    KITCHEN,
    a_courier,
    a_delivered_one,
    a_held_delivery,
    a_release,
    a_step,
    an_open_delivery,
)


@pytest.fixture
def rides(delivery: Database) -> RideRepository:
    return RideRepository(delivery)


async def place_of(couriers: CourierRepository, courier_id: UUID) -> Point | None:
    return (await couriers.find(courier_id)).location


async def told_long_ago(delivery: Database, courier_id: UUID) -> None:
    moment = func.now() - LOCATION_HOLDS - timedelta(seconds=1)
    aged = update(CourierRow).where(CourierRow.account_id == courier_id)
    async with delivery.transaction() as session:
        await session.execute(aged.values(located_at=moment))


class TestRides:
    async def test_are_the_orders_in_the_couriers_hands(
        self, rides: RideRepository, couriers: CourierRepository, deliveries: DeliveryRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        held, carried = [await a_held_delivery(deliveries, courier_id) for _ in range(2)]
        await deliveries.advance(a_step(carried, DeliveryState.PICKED_UP))
        done = await a_delivered_one(deliveries, courier_id)
        offered = await an_open_delivery(deliveries)
        found = {ride.order_id: ride for ride in await rides.of_courier(courier_id)}
        assert {key: ride.state for key, ride in found.items()} == {
            held: DeliveryState.ASSIGNED,
            carried: DeliveryState.PICKED_UP,
        }
        assert {(ride.courier_id, ride.place, ride.pickup) for ride in found.values()} == {
            (courier_id, KITCHEN, KITCHEN)
        }
        assert await rides.of_orders([held, carried, done, offered, uuid4()]) == found


class TestForgetting:
    async def test_waits_until_who_stopped_working_holds_nothing(
        self, rides: RideRepository, couriers: CourierRepository, deliveries: DeliveryRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        first, second = [await a_held_delivery(deliveries, courier_id) for _ in range(2)]
        await rides.forget_place(courier_id)
        await couriers.set_available(courier_id, available=False)
        await deliveries.release(a_release(first, courier_id))
        await rides.forget_place(courier_id)
        assert await place_of(couriers, courier_id) == KITCHEN
        for state in (DeliveryState.PICKED_UP, DeliveryState.DELIVERED):
            await deliveries.advance(a_step(second, state))
        await rides.forget_place_after(second)
        assert await place_of(couriers, courier_id) is None

    async def test_spares_who_works_on(
        self, rides: RideRepository, couriers: CourierRepository, deliveries: DeliveryRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_delivered_one(deliveries, courier_id)
        await rides.forget_place(courier_id)
        await rides.forget_place_after(order_id)
        assert await place_of(couriers, courier_id) == KITCHEN

    async def test_of_old_places_spares_the_new_and_who_holds_an_order(
        self,
        rides: RideRepository,
        couriers: CourierRepository,
        deliveries: DeliveryRepository,
        delivery: Database,
    ) -> None:
        idle, busy, fresh = [await a_courier(couriers) for _ in range(3)]
        await a_held_delivery(deliveries, busy)
        for courier_id in (idle, busy):
            await told_long_ago(delivery, courier_id)
        await rides.forget_old_places()
        places = [await place_of(couriers, each) for each in (idle, busy, fresh)]
        assert places == [None, KITCHEN, KITCHEN]

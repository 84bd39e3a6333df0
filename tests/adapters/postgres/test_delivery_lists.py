"""The open offers near a courier, and a courier's own deliveries."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.engine import Database
from domain.deliveries import HOLDS_AT_MOST, LOCATION_HOLDS, Delivery
from domain.errors import CourierNotFound
from domain.geography import Point
from tests.support.delivering import (
    a_claim,
    a_courier,
    a_delivered_one,
    a_held_delivery,
    a_release,
    an_open_delivery,
    north_of,
)
from tests.support.statements import plan_of, statements

# The table is everybody's: each test has a place of its own, far from the others'.
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def offered(
    deliveries: DeliveryRepository, place: Point, *, courier_id: UUID | None = None
) -> list[UUID]:
    found = await deliveries.near(courier_id or uuid4(), place, after=None, limit=50)
    return [delivery.order_id for delivery in found]


class TestNear:
    async def test_shows_the_nearest_first(self, deliveries: DeliveryRepository) -> None:
        place = Point(lat=-50.0, lon=10.0)
        by_km = {
            km: await an_open_delivery(deliveries, pickup=north_of(place, km)) for km in (2, 1, 2.9)
        }
        assert await offered(deliveries, place) == [by_km[1], by_km[2], by_km[2.9]]

    async def test_shows_it_within_its_radius_only(self, deliveries: DeliveryRepository) -> None:
        place = Point(lat=-51.0, lon=10.0)
        await an_open_delivery(deliveries, pickup=north_of(place, 3.1))
        wide = await an_open_delivery(deliveries, pickup=north_of(place, 19.9), radius_km=20.0)
        await an_open_delivery(deliveries, pickup=north_of(place, 20.1), radius_km=20.0)
        assert await offered(deliveries, place) == [wide]

    async def test_reaches_across_the_antimeridian(self, deliveries: DeliveryRepository) -> None:
        west = await an_open_delivery(deliveries, pickup=Point(lat=-52.0, lon=179.99))
        east = await an_open_delivery(deliveries, pickup=Point(lat=-52.0, lon=-179.995))
        assert await offered(deliveries, Point(lat=-52.0, lon=-179.999)) == [east, west]
        assert await offered(deliveries, Point(lat=-52.0, lon=179.999)) == [east, west]

    async def test_reaches_over_the_pole(self, deliveries: DeliveryRepository) -> None:
        beyond = await an_open_delivery(deliveries, pickup=Point(lat=-89.99, lon=0.0))
        assert await offered(deliveries, Point(lat=-89.99, lon=180.0)) == [beyond]

    async def test_leaves_out_what_is_over_taken_or_lost(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        place = Point(lat=-53.0, lon=10.0)
        me, other = await a_courier(couriers, at=place), await a_courier(couriers, at=place)
        past = datetime.now(UTC) - timedelta(seconds=1)
        await an_open_delivery(deliveries, pickup=place, expires_at=past)
        taken, lost, given_back = [
            await an_open_delivery(deliveries, pickup=place) for _ in range(3)
        ]
        await deliveries.assign(a_claim(taken, other))
        for order_id in (lost, given_back):
            await deliveries.assign(a_claim(order_id, me))
            await deliveries.release(a_release(order_id, me, lost=order_id == lost))
        assert await offered(deliveries, place, courier_id=me) == [given_back]
        assert set(await offered(deliveries, place, courier_id=other)) == {lost, given_back}

    async def test_goes_page_by_page_also_when_the_last_one_was_taken(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        place = Point(lat=-54.0, lon=10.0)
        for km in range(5):
            await an_open_delivery(deliveries, pickup=north_of(place, km / 2))
        rival = await a_courier(couriers, at=place)
        seen: list[UUID] = []
        after = None
        while page := await deliveries.near(uuid4(), place, after=after, limit=2):
            seen += [delivery.order_id for delivery in page]
            after = seen[-1]
            await deliveries.assign(a_claim(after, rival))
        assert len(seen) == len(set(seen)) == 5


class TestOfCourier:
    async def test_shows_the_newest_first_page_by_page(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        me, other = await a_courier(couriers), await a_courier(couriers)
        mine = [await a_delivered_one(deliveries, me) for _ in range(3)]
        mine += [await a_held_delivery(deliveries, me) for _ in range(2)]
        await a_held_delivery(deliveries, other)
        seen: list[Delivery] = []
        before = None
        while page := await deliveries.of_courier(me, before=before, limit=2):
            seen += page
            assert page[-1].assigned_at is not None
            before = (page[-1].assigned_at, page[-1].order_id)
        assert [delivery.order_id for delivery in seen] == mine[::-1]

    async def test_leaves_out_what_was_given_back(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        me = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, me)
        await deliveries.release(a_release(order_id, me))
        assert await deliveries.of_courier(me, before=None, limit=9) == []


class TestCouriers:
    async def test_are_listed_each_once(self, couriers: CourierRepository) -> None:
        enlisted = {await a_courier(couriers) for _ in range(5)}
        seen: list[UUID] = []
        after = None
        while page := await couriers.list(after=after, limit=2):
            seen += [courier.courier_id for courier in page]
            after = seen[-1]
        assert seen == sorted(set(seen))
        assert enlisted <= set(seen)

    async def test_keep_their_place_when_they_enlist_again(
        self, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers, at=Point(lat=1.0, lon=2.0))
        again = await couriers.enlist(courier_id, "car")
        assert (again.vehicle, again.available) == ("car", True)
        assert again.location == Point(lat=1.0, lon=2.0)

    async def test_are_seen_with_whatever_they_do(self, couriers: CourierRepository) -> None:
        courier_id = await a_courier(couriers)
        before = await couriers.last_seen(courier_id)
        for does in (
            couriers.see(courier_id),
            couriers.set_available(courier_id, available=False),
            couriers.locate(courier_id, Point(lat=0.0, lon=0.0)),
        ):
            await does
            now = await couriers.last_seen(courier_id)
            assert now > before
            before = now

    async def test_are_available_near_while_they_may_have_one_more(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        pickup = Point(lat=-54.4, lon=3.4)
        free, busy = [await a_courier(couriers, at=pickup) for _ in range(2)]
        for courier_id, holds in ((free, HOLDS_AT_MOST - 1), (busy, HOLDS_AT_MOST)):
            for _ in range(holds):
                await a_held_delivery(deliveries, courier_id, pickup=pickup)
        since = datetime.now(UTC) - LOCATION_HOLDS
        near = await couriers.available_near(pickup, since=since, limit=9)
        assert [courier.courier_id for courier in near] == [free]

    async def test_are_unknown_until_they_enlist(self, couriers: CourierRepository) -> None:
        for does in (
            couriers.see(uuid4()),
            couriers.set_available(uuid4(), available=True),
            couriers.locate(uuid4(), Point(lat=0.0, lon=0.0)),
        ):
            with pytest.raises(CourierNotFound):
                await does


MANY = """
INSERT INTO delivery.deliveries (order_id, restaurant_id, lat, lon, fee, currency, state, round,
    radius_km, expires_at, assignment, courier_id, assigned_at, picked_up_at, ended_at, code)
SELECT gen_random_uuid(), gen_random_uuid(), 60 + n % 100 / 10.0, -30 + n / 100 / 10.0, 200, 'USD',
    CASE WHEN over THEN 'delivered' ELSE 'offered' END, 1, 3, now() + interval '2 minutes',
    over::int, CASE WHEN over THEN courier END, CASE WHEN over THEN now() END,
    CASE WHEN over THEN now() END, CASE WHEN over THEN now() END,
    CASE WHEN over THEN 'delivered' END
FROM (SELECT n, n % 2 = 0 AS over, ids[1 + n % 50] AS courier
      FROM generate_series(1, 10000) AS n, (SELECT array_agg(account_id) AS ids FROM (
          SELECT account_id FROM delivery.couriers ORDER BY account_id LIMIT 50) c) AS c) AS rows
"""


class TestTenThousand:
    @pytest.fixture
    async def many(self, delivery: Database, couriers: CourierRepository) -> UUID:
        """Of the couriers who delivered them, one."""
        some = [await a_courier(couriers) for _ in range(50)]
        async with delivery.transaction() as session:
            await session.execute(text(MANY))
        async with delivery.transaction() as session:
            await session.execute(text("ANALYZE delivery.deliveries"))
        return some[0]

    async def test_are_not_read_one_by_one(
        self, deliveries: DeliveryRepository, delivery: Database, many: UUID
    ) -> None:
        with statements() as sent:
            await deliveries.near(many, Point(lat=61.0, lon=-25.0), after=None, limit=21)
            await deliveries.near(many, Point(lat=61.0, lon=-25.0), after=uuid4(), limit=21)
            await deliveries.of_courier(many, before=None, limit=21)
            await deliveries.of_courier(many, before=(NOON, uuid4()), limit=21)
        assert len(sent) == 6
        for statement in sent:
            plan = await plan_of(delivery, statement, off=())
            assert "Seq Scan on deliveries" not in plan, plan
        assert "ix_deliveries_open" in await plan_of(delivery, sent[0], off=())

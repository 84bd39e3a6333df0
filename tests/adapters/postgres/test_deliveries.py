"""Deliveries: guarded moves, and who may claim."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.tables import CourierRow
from adapters.postgres.engine import Database
from domain.deliveries import (
    HOLDS_AT_MOST,
    LOCATION_HOLDS,
    OFFER_RADII_KM,
    Delivery,
    DeliveryCode,
    DeliveryState,
)
from domain.errors import (
    AlreadyClaimed,
    ClaimRefused,
    CourierNotFound,
    DeliveryNotFound,
    DomainError,
    IllegalTransition,
)
from tests.support.builders import usd
from tests.support.delivering import (
    KITCHEN,
    a_claim,
    a_courier,
    a_delivered_one,
    a_held_delivery,
    a_release,
    a_step,
    an_offer,
    an_open_delivery,
    north_of,
)


async def there(deliveries: DeliveryRepository, order_id: Any) -> Delivery:
    found = await deliveries.find(order_id)
    assert found is not None
    return found


class TestOffer:
    async def test_writes_what_is_offered(self, deliveries: DeliveryRepository) -> None:
        offer = an_offer()
        await deliveries.offer(offer)
        delivery = await there(deliveries, offer.order_id)
        assert (delivery.state, delivery.courier_id) == (DeliveryState.OFFERED, None)
        assert (delivery.pickup, delivery.fee) == (KITCHEN, usd(200))
        assert (delivery.round, delivery.radius_km) == (1, 3.0)

    async def test_widens_and_does_not_narrow_when_it_lands_late(
        self, deliveries: DeliveryRepository
    ) -> None:
        first = an_offer()
        later = first.expires_at + timedelta(minutes=2)
        wider = an_offer(order_id=first.order_id, round=2, radius_km=6.0, expires_at=later)
        for offer in (first, wider, first):
            await deliveries.offer(offer)
        delivery = await there(deliveries, first.order_id)
        assert (delivery.round, delivery.radius_km, delivery.version) == (2, 6.0, 2)

    async def test_leaves_a_delivery_that_somebody_has(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        order_id = await a_held_delivery(deliveries, await a_courier(couriers))
        before = await there(deliveries, order_id)
        later = before.expires_at + timedelta(minutes=2)
        await deliveries.offer(an_offer(order_id=order_id, round=2, expires_at=later))
        assert await there(deliveries, order_id) == before


class TestAssign:
    async def test_gives_it_to_the_courier_once_when_tried_twice(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await an_open_delivery(deliveries)
        for _ in range(2):
            await deliveries.assign(a_claim(order_id, courier_id))
        delivery = await there(deliveries, order_id)
        assert (delivery.state, delivery.courier_id) == (DeliveryState.ASSIGNED, courier_id)
        assert (delivery.assignment, delivery.version) == (1, 2)

    async def test_gives_it_to_one_of_many_who_claim_at_once(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        order_id = await an_open_delivery(deliveries)
        rivals = [await a_courier(couriers) for _ in range(8)]
        claims = (deliveries.assign(a_claim(order_id, rival)) for rival in rivals)
        answers = await asyncio.gather(*claims, return_exceptions=True)
        assert [type(answer) for answer in answers].count(AlreadyClaimed) == 7
        winner = rivals[answers.index(None)]
        assert (await there(deliveries, order_id)).courier_id == winner

    async def test_gives_a_courier_no_more_than_the_limit_of_many_at_once(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_ids = [await an_open_delivery(deliveries) for _ in range(HOLDS_AT_MOST + 3)]
        claims = (deliveries.assign(a_claim(order_id, courier_id)) for order_id in order_ids)
        answers = await asyncio.gather(*claims, return_exceptions=True)
        assert answers.count(None) == HOLDS_AT_MOST
        assert [type(answer) for answer in answers].count(ClaimRefused) == 3

    async def test_counts_only_what_is_not_delivered_yet(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        for _ in range(HOLDS_AT_MOST):
            await a_delivered_one(deliveries, courier_id)
        await a_held_delivery(deliveries, courier_id)

    async def test_refuses_who_is_not_available(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        await couriers.set_available(courier_id, available=False)
        order_id = await an_open_delivery(deliveries)
        with pytest.raises(ClaimRefused, match="not available"):
            await deliveries.assign(a_claim(order_id, courier_id))

    async def test_refuses_who_is_too_far(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers, at=north_of(KITCHEN, 3.01))
        order_id = await an_open_delivery(deliveries)
        with pytest.raises(ClaimRefused, match="too far"):
            await deliveries.assign(a_claim(order_id, courier_id))
        await couriers.locate(courier_id, north_of(KITCHEN, 2.99))
        await deliveries.assign(a_claim(order_id, courier_id))

    async def test_gives_it_to_whoever_support_names_within_the_widest_radius(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers, at=north_of(KITCHEN, OFFER_RADII_KM[-1] + 0.01))
        order_id = await an_open_delivery(deliveries)
        claim = a_claim(order_id, courier_id, by_support=True)
        with pytest.raises(ClaimRefused, match="too far"):
            await deliveries.assign(claim)
        await couriers.locate(courier_id, north_of(KITCHEN, OFFER_RADII_KM[-1] - 0.01))
        await deliveries.assign(claim)
        assert (await there(deliveries, order_id)).courier_id == courier_id

    async def test_refuses_who_never_told_or_long_ago_where_they_are(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, delivery: Database
    ) -> None:
        order_id = await an_open_delivery(deliveries)
        nowhere = await a_courier(couriers, at=None)
        long_ago = await a_courier(couriers)
        async with delivery.transaction() as session:
            await session.execute(
                update(CourierRow)
                .where(CourierRow.account_id == long_ago)
                .values(located_at=datetime.now(UTC) - LOCATION_HOLDS - timedelta(seconds=1))
            )
        for courier_id in (nowhere, long_ago):
            with pytest.raises(ClaimRefused, match="where the courier is"):
                await deliveries.assign(a_claim(order_id, courier_id))

    async def test_refuses_who_lost_it_before_and_takes_who_gave_it_back(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        silent, willing = await a_courier(couriers), await a_courier(couriers)
        order_id = await an_open_delivery(deliveries)
        await deliveries.assign(a_claim(order_id, silent))
        await deliveries.release(a_release(order_id, silent, lost=True))
        with pytest.raises(ClaimRefused, match="taken back"):
            await deliveries.assign(a_claim(order_id, silent, 2))
        await deliveries.assign(a_claim(order_id, willing, 2))
        await deliveries.release(a_release(order_id, willing, 2))
        await deliveries.assign(a_claim(order_id, willing, 3))

    async def test_gives_it_back_to_who_lost_it_where_support_says_so(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await an_open_delivery(deliveries)
        await deliveries.assign(a_claim(order_id, courier_id))
        await deliveries.release(a_release(order_id, courier_id, lost=True))
        await deliveries.assign(replace(a_claim(order_id, courier_id, 2), by_support=True))
        found = await deliveries.find(order_id)
        assert found
        assert found.courier_id == courier_id

    async def test_changes_nothing_when_it_lands_after_its_release(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        await deliveries.release(a_release(order_id, courier_id))
        with pytest.raises(AlreadyClaimed):
            await deliveries.assign(a_claim(order_id, courier_id))
        assert (await there(deliveries, order_id)).state is DeliveryState.OFFERED

    async def test_knows_no_stranger_and_no_other_delivery(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        with pytest.raises(CourierNotFound):
            await deliveries.assign(a_claim(await an_open_delivery(deliveries), uuid4()))
        with pytest.raises(DeliveryNotFound):
            await deliveries.assign(a_claim(uuid4(), await a_courier(couriers)))


class TestCheck:
    async def test_says_who_could_have_it_and_leaves_it_to_who_has_it(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        has_it, free, busy = [await a_courier(couriers) for _ in range(3)]
        order_id = await a_held_delivery(deliveries, has_it)
        for _ in range(HOLDS_AT_MOST):
            await a_held_delivery(deliveries, busy)
        before = await there(deliveries, order_id)
        await deliveries.check(a_claim(order_id, free, 2, by_support=True))
        with pytest.raises(ClaimRefused, match="3 orders to deliver first"):
            await deliveries.check(a_claim(order_id, busy, 2, by_support=True))
        assert await there(deliveries, order_id) == before


class TestRelease:
    async def test_opens_it_again_and_keeps_who_had_it_when_tried_twice(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        assert not await deliveries.was_released(order_id, courier_id)
        for _ in range(2):
            await deliveries.release(a_release(order_id, courier_id))
        delivery = await there(deliveries, order_id)
        assert (delivery.state, delivery.courier_id) == (DeliveryState.OFFERED, None)
        assert (delivery.assigned_at, delivery.version) == (None, 3)
        assert await deliveries.was_released(order_id, courier_id)

    async def test_takes_nothing_from_the_next_courier_when_it_lands_late(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        first, second = await a_courier(couriers), await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, first)
        await deliveries.release(a_release(order_id, first))
        await deliveries.assign(a_claim(order_id, second, 2))
        await deliveries.release(a_release(order_id, first))
        assert (await there(deliveries, order_id)).courier_id == second

    async def test_is_refused_once_the_food_is_picked_up(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        await deliveries.advance(a_step(order_id, DeliveryState.PICKED_UP))
        with pytest.raises(IllegalTransition):
            await deliveries.release(a_release(order_id, courier_id))
        assert not await deliveries.was_released(order_id, courier_id)


class TestAdvance:
    async def test_goes_to_the_end_each_step_once_when_tried_twice(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        order_id = await a_held_delivery(deliveries, await a_courier(couriers))
        for state in (DeliveryState.PICKED_UP, DeliveryState.DELIVERED):
            for _ in range(2):
                await deliveries.advance(a_step(order_id, state))
        delivery = await there(deliveries, order_id)
        assert (delivery.state, delivery.code) == (DeliveryState.DELIVERED, DeliveryCode.DELIVERED)
        assert delivery.version == 4
        assert delivery.assigned_at is not None
        assert delivery.picked_up_at is not None
        assert delivery.ended_at is not None
        assert delivery.assigned_at < delivery.picked_up_at < delivery.ended_at

    async def test_keeps_what_the_courier_wrote(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        await deliveries.advance(a_step(order_id, DeliveryState.PICKED_UP))
        remark_id = await deliveries.keep_remark(order_id, courier_id, "Nobody opens")
        await deliveries.advance(a_step(order_id, DeliveryState.FAILED, remark_id=remark_id))
        assert (await there(deliveries, order_id)).code is DeliveryCode.DELIVERY_FAILED

    async def test_refuses_what_its_state_does_not_lead_to(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        order_id = await a_delivered_one(deliveries, await a_courier(couriers))
        with pytest.raises(IllegalTransition, match="is delivered"):
            await deliveries.advance(a_step(order_id, DeliveryState.CANCELLED))

    async def test_refuses_an_assignment_that_is_over(
        self, deliveries: DeliveryRepository, couriers: CourierRepository
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        await deliveries.release(a_release(order_id, courier_id))
        await deliveries.assign(a_claim(order_id, courier_id, 2))
        with pytest.raises(IllegalTransition):
            await deliveries.advance(a_step(order_id, DeliveryState.PICKED_UP, assignment=1))

    async def test_knows_no_other_delivery(self, deliveries: DeliveryRepository) -> None:
        with pytest.raises(DeliveryNotFound):
            await deliveries.advance(a_step(uuid4(), DeliveryState.CANCELLED, assignment=0))


async def test_a_refusal_is_told_to_the_courier(
    deliveries: DeliveryRepository, couriers: CourierRepository
) -> None:
    courier_id = await a_courier(couriers, at=None)
    await couriers.set_available(courier_id, available=False)
    said = r"The courier is not available\. Nobody knows where the courier is now\."
    with pytest.raises(DomainError, match=said):
        await deliveries.assign(a_claim(await an_open_delivery(deliveries), courier_id))

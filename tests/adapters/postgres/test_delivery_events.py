"""Every version of a delivery has one event, which says what the row says."""

import asyncio
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.kafka.topics import DELIVERIES
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.engine import Database
from adapters.telemetry import correlated
from domain.deliveries import DeliveryState
from domain.errors import DomainError, IllegalTransition
from domain.events.deliveries import DeliveryEvent, DeliveryEventType
from tests.support.delivering import (
    a_claim,
    a_courier,
    a_held_delivery,
    a_release,
    a_step,
    an_offer,
    an_open_delivery,
)
from tests.support.event_counts import miscounted, written


@pytest.fixture
def told(delivery: Database) -> "Told":
    return Told(delivery)


class Told:
    def __init__(self, delivery: Database) -> None:
        self._delivery = delivery

    async def of(self, order_id: UUID) -> list[DeliveryEvent]:
        """Its events, which are numbered without a gap."""
        assert await miscounted(self._delivery, DELIVERIES, {order_id}) == {}
        return await written(self._delivery, DELIVERIES, order_id)


def types(events: Sequence[DeliveryEvent]) -> list[DeliveryEventType]:
    return [event.type for event in events]


class TestDeliveryEvents:
    async def test_tell_the_way_from_the_offer_to_the_door_once(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, told: Told
    ) -> None:
        courier_id = await a_courier(couriers)
        offer = an_offer()
        order_id = offer.order_id
        for _ in range(2):
            await deliveries.offer(offer)
        for _ in range(2):
            await deliveries.assign(a_claim(order_id, courier_id))
        for state in (DeliveryState.PICKED_UP, DeliveryState.DELIVERED):
            for _ in range(2):
                await deliveries.advance(a_step(order_id, state))

        events = await told.of(order_id)

        assert types(events) == [
            DeliveryEventType.OFFERED,
            DeliveryEventType.ASSIGNED,
            DeliveryEventType.PICKED_UP,
            DeliveryEventType.DELIVERED,
        ]
        assert [event.delivery.courier_id for event in events] == [None, *[courier_id] * 3]
        assert sorted(event.occurred_at for event in events) == [
            event.occurred_at for event in events
        ]

    async def test_say_what_the_row_says(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, told: Told
    ) -> None:
        order_id = await an_open_delivery(deliveries)
        courier_id = await a_courier(couriers)
        steps = (
            deliveries.assign(a_claim(order_id, courier_id)),
            deliveries.release(a_release(order_id, courier_id)),
            deliveries.advance(a_step(order_id, DeliveryState.FAILED)),
        )
        for step in steps:
            await step
            delivery = await deliveries.find(order_id)
            last = (await told.of(order_id))[-1]
            for field in fields(last.delivery):
                assert getattr(last.delivery, field.name) == getattr(delivery, field.name)

    @pytest.mark.parametrize("lost", [True, False])
    async def test_name_the_courier_who_has_it_no_more(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, told: Told, *, lost: bool
    ) -> None:
        courier_id = await a_courier(couriers)
        order_id = await a_held_delivery(deliveries, courier_id)
        for _ in range(2):
            await deliveries.release(a_release(order_id, courier_id, lost=lost))

        [_, _, released] = await told.of(order_id)

        assert released.type is DeliveryEventType.RELEASED
        assert (released.courier_id, released.lost) == (courier_id, lost)
        assert released.delivery.courier_id is None

    async def test_tell_each_round_of_an_offer_and_not_one_that_comes_late(
        self, deliveries: DeliveryRepository, told: Told
    ) -> None:
        first = an_offer()
        wider = an_offer(
            order_id=first.order_id,
            round=2,
            radius_km=6.0,
            expires_at=first.expires_at + timedelta(minutes=2),
        )
        for offer in (first, wider, first, wider):
            await deliveries.offer(offer)

        events = await told.of(first.order_id)

        assert types(events) == [DeliveryEventType.OFFERED] * 2
        assert [event.delivery.radius_km for event in events] == [3.0, 6.0]

    async def test_are_none_where_a_step_is_refused(
        self, deliveries: DeliveryRepository, told: Told
    ) -> None:
        order_id = await an_open_delivery(deliveries)
        await deliveries.advance(a_step(order_id, DeliveryState.CANCELLED, assignment=0))
        with pytest.raises(IllegalTransition):
            await deliveries.advance(a_step(order_id, DeliveryState.FAILED, assignment=0))

        events = await told.of(order_id)

        assert types(events) == [DeliveryEventType.OFFERED, DeliveryEventType.CANCELLED]

    async def test_tell_of_one_courier_when_many_claim_at_once(
        self, deliveries: DeliveryRepository, couriers: CourierRepository, told: Told
    ) -> None:
        order_id = await an_open_delivery(deliveries)
        crowd = [await a_courier(couriers) for _ in range(6)]
        claims = (deliveries.assign(a_claim(order_id, courier_id)) for courier_id in crowd)
        results = await asyncio.gather(*claims, return_exceptions=True)
        assert sum(isinstance(result, DomainError) for result in results) == len(crowd) - 1

        events = await told.of(order_id)

        assert types(events) == [DeliveryEventType.OFFERED, DeliveryEventType.ASSIGNED]

    async def test_carry_the_correlation_of_what_caused_them(
        self, deliveries: DeliveryRepository, told: Told
    ) -> None:
        with correlated("req-7"):
            order_id = await an_open_delivery(deliveries)

        [offered] = await told.of(order_id)

        assert offered.correlation_id == "req-7"

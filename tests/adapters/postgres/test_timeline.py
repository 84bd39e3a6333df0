import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.timeline import TimelineRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import OrderNotFound
from domain.events.payments import PaymentEvent, PaymentEventType
from domain.orders import Actor, OrderStatus, TimelineEntry
from domain.timeline import Happening
from tests.support.events import a_payment_event
from tests.support.ordering import a_move, a_recorded_order

HELD = Happening("payment_authorized", Actor.SYSTEM, "23.00 USD is held.")


@pytest.fixture
def timeline(ordering: Database) -> TimelineRepository:
    return TimelineRepository(ordering)


@pytest.fixture
async def order_id(orders: OrderRepository, writings: WritingRepository) -> UUID:
    return (await a_recorded_order(orders, writings)).order_id


def an_event(order_id: UUID) -> PaymentEvent:
    return a_payment_event(
        PaymentEventType.AUTHORIZED, order_id, occurred_at=datetime(2026, 11, 24, 12, tzinfo=UTC)
    )


class TestAppendOnce:
    async def test_adds_what_happened_when_it_happened(
        self, timeline: TimelineRepository, orders: OrderRepository, order_id: UUID
    ) -> None:
        event = an_event(order_id)
        assert await timeline.append_once("timeline", event, HELD)

        [placed, held] = await orders.timeline(order_id)
        assert placed.event == "order_placed"
        assert held == TimelineEntry(
            sequence=2,
            at=event.occurred_at,
            event=HELD.event,
            actor=HELD.actor,
            detail=HELD.detail,
        )

    async def test_adds_it_once_however_many_try(
        self, timeline: TimelineRepository, orders: OrderRepository, order_id: UUID
    ) -> None:
        event = an_event(order_id)
        tries = [timeline.append_once("timeline", event, HELD) for _ in range(8)]
        assert sorted(await asyncio.gather(*tries)) == [False] * 7 + [True]
        assert len(await orders.timeline(order_id)) == 2

    async def test_tells_the_same_again_of_another_event(
        self, timeline: TimelineRepository, orders: OrderRepository, order_id: UUID
    ) -> None:
        """A refund may fail twice."""
        for _ in range(2):
            assert await timeline.append_once("timeline", an_event(order_id), HELD)
        assert len(await orders.timeline(order_id)) == 3

    async def test_leaves_no_gap_beside_the_order_itself(
        self, timeline: TimelineRepository, orders: OrderRepository, order_id: UUID
    ) -> None:
        others = [timeline.append_once("timeline", an_event(order_id), HELD) for _ in range(6)]
        await asyncio.gather(*others, orders.advance(a_move(order_id, OrderStatus.RESERVED)))
        entries = await orders.timeline(order_id)
        assert [entry.sequence for entry in entries] == [*range(1, 9)]

    async def test_leaves_the_orders_row_alone(
        self, timeline: TimelineRepository, orders: OrderRepository, order_id: UUID
    ) -> None:
        before = await orders.find(order_id)
        await timeline.append_once("timeline", an_event(order_id), HELD)
        assert await orders.find(order_id) == before

    async def test_is_tried_again_where_the_order_is_not_there_yet(
        self, timeline: TimelineRepository, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        event = an_event(uuid4())
        with pytest.raises(OrderNotFound):
            await timeline.append_once("timeline", event, HELD)
        await a_recorded_order(orders, writings, order_id=event.aggregate_id)
        assert await timeline.append_once("timeline", event, HELD)

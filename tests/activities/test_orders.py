"""Every activity is tried twice, as the engine may: the same result, one effect."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import DuplicateOrder, IllegalTransition
from domain.events.orders import OrderEventType
from domain.orders import Actor, NoteOnTimeline, OrderStatus, RecordPayment, step_key
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import RecordCourier, RecordDelay, RecordOrder
from tests.support.builders import a_payment, an_order
from tests.support.ordering import a_move, a_recorded_order, events_of, some_particulars


@pytest.fixture
def activities(orders: OrderRepository) -> OrderActivities:
    return OrderActivities(orders)


class TestRecordOrder:
    async def test_writes_one_order_when_tried_twice(
        self,
        activities: OrderActivities,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
    ) -> None:
        order = an_order()
        particulars = some_particulars(lines=len(order.lines))
        await writings.keep_particulars(order.order_id, order.request_hash, particulars)
        command = RecordOrder(order=order, run_id="run-1")
        for _ in range(2):
            await ActivityEnvironment().run(activities.record_order, command)
        assert len(await orders.timeline(order.order_id)) == 1
        assert len(await events_of(ordering, order.order_id)) == 1

    async def test_says_when_another_run_is_the_order(
        self, activities: OrderActivities, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        order = await a_recorded_order(orders, writings)
        with pytest.raises(DuplicateOrder):
            await ActivityEnvironment().run(
                activities.record_order, RecordOrder(order=order, run_id="run-2")
            )


class TestAdvanceOrder:
    async def test_moves_once_when_tried_twice(
        self,
        activities: OrderActivities,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
    ) -> None:
        order = await a_recorded_order(orders, writings)
        command = a_move(order.order_id, OrderStatus.CANCELLED)
        for _ in range(2):
            await ActivityEnvironment().run(activities.advance_order, command)
        assert len(await orders.timeline(order.order_id)) == 2
        assert len(await events_of(ordering, order.order_id)) == 2

    async def test_refuses_an_illegal_step_each_time(
        self, activities: OrderActivities, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        order = await a_recorded_order(orders, writings)
        for _ in range(2):
            with pytest.raises(IllegalTransition):
                await ActivityEnvironment().run(
                    activities.advance_order, a_move(order.order_id, OrderStatus.READY)
                )


class TestRecordPayment:
    async def test_writes_once_when_tried_twice(
        self, activities: OrderActivities, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        order = await a_recorded_order(orders, writings)
        command = RecordPayment(
            order_id=order.order_id,
            key=step_key(order.order_id, "refund"),
            payment=a_payment(
                PaymentStatus.REFUNDED,
                captured=2_300,
                refunded=2_300,
                refund_status=RefundStatus.FULL,
            ),
        )
        for _ in range(2):
            await ActivityEnvironment().run(activities.record_payment, command)
        written = await orders.find(order.order_id)
        assert written is not None
        assert (written.refund_status, written.version) == (RefundStatus.FULL, 2)


class TestWhatHappensOnTheWay:
    async def test_is_written_once_when_tried_twice(
        self,
        activities: OrderActivities,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
    ) -> None:
        order = await a_recorded_order(orders, writings)
        ready_by, courier_id = datetime(2026, 11, 23, 12, tzinfo=UTC), uuid4()

        def key(step: str) -> str:
            return step_key(order.order_id, step)

        delay = RecordDelay(
            order_id=order.order_id, key=key("delay:1"), minutes=10, ready_by=ready_by
        )
        courier = RecordCourier(
            order_id=order.order_id, key=key("courier:1"), courier_id=courier_id
        )
        note = NoteOnTimeline(
            order_id=order.order_id,
            key=key("note"),
            event="note_added",
            actor=Actor.SUPPORT,
            detail="The customer called.",
        )
        for _ in range(2):
            await ActivityEnvironment().run(activities.record_delay, delay)
            await ActivityEnvironment().run(activities.record_courier, courier)
            await ActivityEnvironment().run(activities.note_on_timeline, note)
        written = await orders.find(order.order_id)
        assert written is not None
        assert (written.ready_by, written.courier_id) == (ready_by, courier_id)
        assert written.version == 4
        events = [entry.event for entry in await orders.timeline(order.order_id)]
        assert events == ["order_placed", "kitchen_delayed", "note_added"]
        assert [told.type for told in await events_of(ordering, order.order_id)] == [
            OrderEventType.PLACED,
            OrderEventType.DELAYED,
            OrderEventType.COURIER_ASSIGNED,
            OrderEventType.NOTED,
        ]

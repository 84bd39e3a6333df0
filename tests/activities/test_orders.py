"""Every activity is tried twice, as the engine may: the same result, one effect."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import DuplicateOrder, IllegalTransition
from domain.orders import OrderStatus, RecordOrder, RecordPayment, step_key
from domain.payments import PaymentStatus, RefundStatus
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
        await writings.keep_particulars(order.order_id, order.request_hash, some_particulars())
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
            refund_status=RefundStatus.FULL,
            payment=a_payment(PaymentStatus.REFUNDED, captured=2_300, refunded=2_300),
        )
        for _ in range(2):
            await ActivityEnvironment().run(activities.record_payment, command)
        written = await orders.find(order.order_id)
        assert written is not None
        assert (written.refund_status, written.version) == (RefundStatus.FULL, 2)

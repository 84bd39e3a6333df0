import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import DuplicateOrder, IllegalTransition, OrderNotFound
from domain.events.envelope import event_id
from domain.events.orders import OrderEventType
from domain.orders import Actor, OrderStatus, Revision
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.progress import RecordOrder
from tests.support.builders import a_line, a_payment, a_quote, an_order, usd
from tests.support.ordering import (
    OUT_OF_DOUGH,
    a_move,
    a_payment_of,
    a_recorded_order,
    events_of,
    some_particulars,
    told,
)

IN_THE_DATABASE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HELD = a_payment(PaymentStatus.AUTHORIZED, authorized=2_300, version=1)
TAKEN = a_payment(PaymentStatus.CAPTURED, captured=2_300, version=2)
DUE = replace(TAKEN, refund_status=RefundStatus.DUE, version=3)
BACK = a_payment(
    PaymentStatus.REFUNDED,
    captured=2_300,
    refunded=2_300,
    refund_status=RefundStatus.FULL,
    version=4,
)


class TestRecord:
    async def test_keeps_everything_that_was_placed(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.lines, order.quote) == (placed.lines, placed.quote)
        assert (order.customer_id, order.restaurant_id) == (
            placed.customer_id,
            placed.restaurant_id,
        )
        assert (order.status, order.refund_status) == (OrderStatus.PLACED, RefundStatus.NONE)
        assert order.payment == OrderPayment.pending("USD")
        assert order.particulars.notes == some_particulars().notes
        assert order.particulars.address.line1 == some_particulars().address.line1
        assert (order.placed_at, order.updated_at) == (placed.placed_at, placed.placed_at)
        assert (order.run_id, order.version, order.cancellation) == ("run-1", 1, None)

    async def test_begins_the_timeline_and_writes_the_event(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        [entry] = await orders.timeline(placed.order_id)
        assert (entry.event, entry.actor) == ("order_placed", Actor.CUSTOMER)
        [written] = await events_of(ordering, placed.order_id)
        assert (written.type, written.aggregate_version) == (OrderEventType.PLACED, 1)
        assert (written.occurred_at, written.order.total) == (
            placed.placed_at,
            placed.quote.total,
        )
        assert written.correlation_id == placed.correlation_id

    async def test_refuses_another_run_of_the_same_order(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        with pytest.raises(DuplicateOrder):
            await orders.record(RecordOrder(order=placed, run_id="run-2"))
        assert await told(orders, placed.order_id) == ["order_placed"]

    async def test_writes_once_when_tried_by_many_at_once(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        order = an_order()
        await writings.keep_particulars(order.order_id, order.request_hash, some_particulars())
        command = RecordOrder(order=order, run_id="run-1")
        await asyncio.gather(*(orders.record(command) for _ in range(10)))
        assert await told(orders, order.order_id) == ["order_placed"]
        assert len(await events_of(ordering, order.order_id)) == 1

    async def test_refuses_an_order_that_nobody_said_where_to_bring(
        self, orders: OrderRepository
    ) -> None:
        with pytest.raises(IntegrityError, match="fk_orders_id_request_hash_particulars"):
            await orders.record(RecordOrder(order=an_order(), run_id="run-1"))


class TestAdvance:
    async def test_moves_the_row_with_its_payment(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        await orders.advance(a_move(placed.order_id, OrderStatus.RESERVED))
        await orders.advance(a_move(placed.order_id, OrderStatus.CONFIRMED, payment=HELD))
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.status, order.payment, order.version) == (OrderStatus.CONFIRMED, HELD, 3)
        assert order.updated_at > placed.placed_at

    async def test_leaves_it_to_payments_to_tell_of_the_money(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        await orders.advance(a_move(placed.order_id, OrderStatus.RESERVED))
        await orders.advance(a_move(placed.order_id, OrderStatus.CONFIRMED, payment=HELD))
        assert await told(orders, placed.order_id) == [
            "order_placed",
            "order_reserved",
            "order_confirmed",
        ]

    async def test_keeps_why_an_order_ended_and_what_the_person_wrote(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        remark = await writings.keep_remark(
            order_id=placed.order_id, actor=Actor.RESTAURANT, account_id=uuid4(), text="Sorry!"
        )
        why = replace(OUT_OF_DOUGH, remark_id=remark)
        await orders.advance(a_move(placed.order_id, OrderStatus.REJECTED, cancellation=why))
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.cancellation, order.remark) == (why, "Sorry!")
        entry = (await orders.timeline(placed.order_id))[-1]
        assert (entry.event, entry.detail) == ("order_rejected", OUT_OF_DOUGH.reason)
        assert (await events_of(ordering, placed.order_id))[-1].order.cancellation == why

    async def test_is_done_once_per_key_also_after_later_moves(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        reserve = a_move(placed.order_id, OrderStatus.RESERVED)
        for command in (reserve, reserve, a_move(placed.order_id, OrderStatus.CONFIRMED), reserve):
            await orders.advance(command)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.status, order.version) == (OrderStatus.CONFIRMED, 3)

    async def test_writes_one_event_however_many_try_at_once(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        command = a_move(placed.order_id, OrderStatus.CANCELLED)
        await asyncio.gather(*(orders.advance(command) for _ in range(10)))
        types = [written.type for written in await events_of(ordering, placed.order_id)]
        assert types == [OrderEventType.PLACED, OrderEventType.CANCELLED]
        assert await told(orders, placed.order_id) == ["order_placed", "order_cancelled"]

    async def test_lets_one_of_two_ends_win(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        ends = [OrderStatus.CANCELLED, OrderStatus.REJECTED] * 5
        moves = [
            a_move(placed.order_id, end, key=f"{placed.order_id}:{n}") for n, end in enumerate(ends)
        ]
        results = await asyncio.gather(*map(orders.advance, moves), return_exceptions=True)
        assert Counter(map(type, results)) == {type(None): 1, IllegalTransition: 9}
        assert len(await events_of(ordering, placed.order_id)) == 2

    async def test_says_in_a_sentence_why_not(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        with pytest.raises(
            IllegalTransition, match=r"The order is placed: it can't be delivered\."
        ):
            await orders.advance(a_move(placed.order_id, OrderStatus.DELIVERED))

    async def test_knows_no_order_that_was_not_recorded(self, orders: OrderRepository) -> None:
        with pytest.raises(OrderNotFound):
            await orders.advance(a_move(uuid4(), OrderStatus.RESERVED))

    @IN_THE_DATABASE
    @given(attempts=st.lists(st.sampled_from(OrderStatus), max_size=12))
    async def test_follows_legal_steps_only_whatever_is_tried(
        self,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
        attempts: list[OrderStatus],
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        path = [OrderStatus.PLACED]
        for number, status in enumerate(attempts):
            move = a_move(placed.order_id, status, key=f"{placed.order_id}:{number}")
            if path[-1].leads_to(status):
                await orders.advance(move)
                path.append(status)
            else:
                with pytest.raises(IllegalTransition):
                    await orders.advance(move)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.status, order.version) == (path[-1], len(path))
        assert await told(orders, placed.order_id) == [f"order_{status}" for status in path]
        types = [written.type.value for written in await events_of(ordering, placed.order_id)]
        assert types == [f"order_{status}" for status in path]

    async def test_gives_an_event_the_id_of_its_key(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        move = a_move(placed.order_id, OrderStatus.CANCELLED)
        await orders.advance(move)
        written = (await events_of(ordering, placed.order_id))[-1]
        assert written.event_id == event_id(placed.order_id, move.key, OrderEventType.CANCELLED)

    @pytest.mark.parametrize("written", [DUE, BACK])
    async def test_overwrites_nothing_that_the_refund_wrote_itself(
        self, orders: OrderRepository, writings: WritingRepository, written: OrderPayment
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        await orders.record_payment(a_payment_of(placed.order_id, "refund:1", written))
        ended = a_move(placed.order_id, OrderStatus.CANCELLED, payment=TAKEN, refund_handed_on=True)
        await orders.advance(ended)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert order.payment == written

    async def test_owes_no_refund_where_nothing_was_taken(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        ended = a_move(placed.order_id, OrderStatus.CANCELLED, refund_handed_on=True)
        await orders.advance(ended)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert order.refund_status is RefundStatus.NONE

    async def test_keeps_what_was_dropped_and_what_was_agreed_at_first(
        self, orders: OrderRepository, writings: WritingRepository, ordering: Database
    ) -> None:
        gone, left = a_line(name="Burrata"), a_line(name="Margherita")
        placed = await a_recorded_order(orders, writings, lines=[gone, left])
        for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED):
            await orders.advance(a_move(placed.order_id, status))
        revision = Revision(lines=[replace(gone, unavailable=True), left], quote=a_quote(1_300))
        ready_by = datetime(2026, 11, 23, 12, tzinfo=UTC)
        accepted = a_move(
            placed.order_id, OrderStatus.ACCEPTED, revision=revision, ready_by=ready_by
        )
        await orders.advance(accepted)
        order = await orders.find(placed.order_id)
        assert order is not None
        assert (order.lines, order.quote) == (revision.lines, revision.quote)
        assert (order.placed_total, order.ready_by) == (placed.quote.total, ready_by)
        assert order.eta == ready_by + timedelta(minutes=placed.ride_minutes)
        dropped = (await orders.timeline(placed.order_id))[-2]
        assert dropped.event == "items_dropped"
        assert dropped.detail == ("Not available any more: Burrata. The order now costs 13.00 USD.")
        told_of = (await events_of(ordering, placed.order_id))[-1].order
        assert (told_of.total, told_of.ready_by) == (usd(1_300), ready_by)

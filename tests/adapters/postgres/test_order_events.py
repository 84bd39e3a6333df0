"""Each write of the repository has one event: the row of that moment, under the next number."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.engine import Database
from adapters.postgres.ordering.mapping import columns_of
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.tables import ORDERS_REBUILT, OrderRow
from adapters.postgres.ordering.writings import WritingRepository
from domain.errors import IllegalTransition
from domain.events.orders import OrderEventType
from domain.orders import Actor, NoteOnTimeline, OrderStatus, Revision
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.progress import RecordCourier, RecordDelay
from tests.support.builders import a_line, a_payment, a_quote, an_order_event
from tests.support.ordering import (
    WITHOUT_FOOD,
    a_move,
    a_payment_of,
    a_recorded_order,
    events_of,
)

COLUMNS = [column.name for column in OrderRow.__table__.columns]
READY_BY = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PAYMENTS = st.builds(
    a_payment,
    st.sampled_from(PaymentStatus),
    authorized=st.integers(0, 1_000),
    captured=st.integers(500, 1_000),
    refunded=st.integers(0, 500),
    refund_status=st.sampled_from(RefundStatus),
    version=st.integers(1, 9),
)
WRITES = st.lists(
    st.sampled_from([*OrderStatus, "courier", "release", "note", "delay", "promise"]) | PAYMENTS,
    min_size=1,
    max_size=12,
)


class Writer:
    """Does to one order whatever is asked for, where it may be done."""

    def __init__(self, orders: OrderRepository, writings: WritingRepository, order: UUID) -> None:
        self._orders = orders
        self._writings = writings
        self._order_id = order
        self._steps = 0

    async def write(self, what: OrderStatus | OrderPayment | str) -> None:
        self._steps += 1
        step: dict[str, Any] = {
            "order_id": self._order_id,
            "key": f"{self._order_id}:{self._steps}",
        }
        match what:
            case OrderStatus():
                await self._move(what)
            case OrderPayment():
                about = a_payment_of(self._order_id, str(self._steps), what)
                await self._orders.record_payment(about)
            case "courier" | "release":
                courier_id = uuid4() if what == "courier" else None
                await self._orders.record_courier(RecordCourier(courier_id=courier_id, **step))
            case "note":
                note = NoteOnTimeline(event="note_added", actor=Actor.SUPPORT, detail="", **step)
                await self._orders.note(note)
            case _:
                ready_by = READY_BY if what == "promise" else None
                await self._orders.record_delay(RecordDelay(minutes=5, ready_by=ready_by, **step))

    async def _move(self, status: OrderStatus) -> None:
        move = a_move(self._order_id, status)
        given: dict[str, Any] = {}
        if status is OrderStatus.ACCEPTED:
            lines = [a_line(unavailable=True), a_line()]
            given = {"revision": Revision(lines=lines, quote=a_quote(1_300)), "ready_by": READY_BY}
        if status in WITHOUT_FOOD and move.cancellation:
            remark_id = await self._writings.keep_remark(
                order_id=self._order_id, actor=Actor.SUPPORT, account_id=uuid4(), text="Sorry!"
            )
            given = {"cancellation": replace(move.cancellation, remark_id=remark_id)}
        with suppress(IllegalTransition):
            await self._orders.advance(replace(move, **given))


async def row_of(ordering: Database, order_id: UUID) -> dict[str, Any]:
    async with ordering.transaction() as session:
        row = await session.get_one(OrderRow, order_id)
        return {name: getattr(row, name) for name in COLUMNS}


class TestEachWrite:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(writes=WRITES)
    async def test_has_one_event_which_is_the_whole_row(
        self,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
        writes: Sequence[OrderStatus | OrderPayment | str],
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        writer = Writer(orders, writings, placed.order_id)
        rows = [await row_of(ordering, placed.order_id)]
        for what in writes:
            await writer.write(what)
            row = await row_of(ordering, placed.order_id)
            if row != rows[-1]:
                rows.append(row)
        events = await events_of(ordering, placed.order_id)
        assert [event.aggregate_version for event in events] == [*range(1, len(rows) + 1)]
        assert [columns_of(event) for event in events] == rows


class TestColumnsOfAnEvent:
    def test_are_all_of_the_live_table_and_of_the_one_made_anew(self) -> None:
        event = an_order_event(OrderEventType.PLACED)
        assert sorted(columns_of(event)) == sorted(COLUMNS)
        assert [column.name for column in ORDERS_REBUILT.columns] == COLUMNS

"""Orders that support asks about: by the beginning of an id, of several people, standing still."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, update

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.statements import OrderFilter
from adapters.postgres.ordering.tables import OrderRow
from adapters.postgres.ordering.writings import WritingRepository
from domain.clocks import USUAL
from domain.orders import OrderStatus
from tests.support.ordering import a_recorded_order

MINUTE = timedelta(minutes=1)


async def found(orders: OrderRepository, wanted: OrderFilter) -> set[UUID]:
    return {order.order_id for order in await orders.list(wanted, limit=100)}


class TestIdBegins:
    @pytest.mark.parametrize("length", [8, 13, 18, 36])
    async def test_finds_the_orders_whose_id_begins_so(
        self, orders: OrderRepository, writings: WritingRepository, length: int
    ) -> None:
        order_id = (await a_recorded_order(orders, writings)).order_id
        other = (await a_recorded_order(orders, writings)).order_id
        found_ids = await found(orders, OrderFilter(id_begins=str(order_id)[:length].upper()))
        assert order_id in found_ids
        assert other not in found_ids

    async def test_finds_the_first_and_the_last_of_them(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        beginning = uuid4().hex[:12]
        ends = [UUID(beginning.ljust(32, digit)) for digit in "0f"]
        for order_id in ends:
            await a_recorded_order(orders, writings, order_id=order_id)
        assert await found(orders, OrderFilter(id_begins=beginning)) == {*ends}

    @pytest.mark.parametrize("beginning", ["", "-", "xyz", "12 34", "0" * 33, "٣"])
    async def test_refuses_what_begins_no_id(self, orders: OrderRepository, beginning: str) -> None:
        with pytest.raises(ValueError, match="begins no id"):
            await orders.list(OrderFilter(id_begins=beginning), limit=9)


async def test_finds_the_orders_of_several_people(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    placed = [await a_recorded_order(orders, writings) for _ in range(3)]
    people = [order.customer_id for order in placed[:2]]
    assert await found(orders, OrderFilter(customer_ids=people)) == {
        order.order_id for order in placed[:2]
    }
    assert await found(orders, OrderFilter(customer_ids=[])) == set()


async def test_finds_several_by_their_ids(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    placed = [(await a_recorded_order(orders, writings)).order_id for _ in range(3)]
    assert await found(orders, OrderFilter(order_ids=[*placed[:2], uuid4()])) == {*placed[:2]}
    assert await found(orders, OrderFilter(order_ids=[])) == set()


async def standing(
    ordering: Database,
    order_id: UUID,
    status: OrderStatus,
    *,
    since: timedelta,
    **columns: timedelta,
) -> None:
    """As if it had got there so long ago. `columns` are moments, told by how long ago they were."""
    moments = {name: func.now() - ago for name, ago in {"updated_at": since, **columns}.items()}
    moved = update(OrderRow).where(OrderRow.id == order_id).values(status=status, **moments)
    async with ordering.transaction() as session:
        await session.execute(moved)


class TestStuck:
    @pytest.mark.parametrize("status", USUAL)
    async def test_is_what_has_not_changed_for_longer_than_is_usual(
        self,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
        status: OrderStatus,
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        wanted = OrderFilter(customer_id=placed.customer_id, stuck=True)
        for since, stuck in ((USUAL[status] - MINUTE / 2, False), (USUAL[status] + MINUTE, True)):
            await standing(ordering, placed.order_id, status, since=since)
            assert bool(await found(orders, wanted)) is stuck

    @pytest.mark.parametrize(
        ("status", "promise"),
        [
            (OrderStatus.CONFIRMED, "answer_by"),
            (OrderStatus.ACCEPTED, "ready_by"),
            (OrderStatus.PREPARING, "ready_by"),
        ],
    )
    async def test_waits_for_what_was_promised_for_this_order(
        self,
        orders: OrderRepository,
        writings: WritingRepository,
        ordering: Database,
        status: OrderStatus,
        promise: str,
    ) -> None:
        placed = await a_recorded_order(orders, writings)
        wanted = OrderFilter(customer_id=placed.customer_id, stuck=True)
        long_ago = 10 * USUAL[status]
        for passed, stuck in ((timedelta(), False), (USUAL[status] + MINUTE, True)):
            await standing(ordering, placed.order_id, status, since=long_ago, **{promise: passed})
            assert bool(await found(orders, wanted)) is stuck

    def test_has_a_usual_time_for_every_status_that_does_not_end_an_order(self) -> None:
        assert set(USUAL) == {status for status in OrderStatus if not status.is_final}

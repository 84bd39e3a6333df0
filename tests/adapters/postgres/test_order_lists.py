from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.orders import Order, OrderStatus
from tests.support.ordering import a_move, a_recorded_order
from tests.support.statements import plan_of, statements

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_shows_the_newest_first_page_by_page_without_gap_or_repeat(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    customer = uuid4()
    # Two of each moment: the id decides between them.
    for minute in range(3):
        for _ in range(2):
            placed_at = NOON + timedelta(minutes=minute)
            await a_recorded_order(orders, writings, customer_id=customer, placed_at=placed_at)
    seen: list[Order] = []
    before = None
    while page := await orders.list(customer_id=customer, before=before, limit=4):
        seen += page
        before = (page[-1].placed_at, page[-1].order_id)
    places = [(order.placed_at, order.order_id) for order in seen]
    assert len(set(places)) == 6
    assert places == sorted(places, reverse=True)


async def test_shows_nobody_elses(orders: OrderRepository, writings: WritingRepository) -> None:
    mine = await a_recorded_order(orders, writings)
    await a_recorded_order(orders, writings)
    assert [
        order.order_id for order in await orders.list(customer_id=mine.customer_id, limit=9)
    ] == [mine.order_id]
    assert [
        order.order_id for order in await orders.list(restaurant_id=mine.restaurant_id, limit=9)
    ] == [mine.order_id]


async def test_shows_one_status_when_asked(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    kitchen = uuid4()
    reserved = await a_recorded_order(orders, writings, restaurant_id=kitchen)
    await a_recorded_order(orders, writings, restaurant_id=kitchen)
    await orders.advance(a_move(reserved.order_id, OrderStatus.RESERVED))
    found = await orders.list(restaurant_id=kitchen, status=OrderStatus.RESERVED, limit=9)
    assert [order.order_id for order in found] == [reserved.order_id]


async def test_costs_one_statement_however_many_orders_there_are(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    customer = uuid4()
    for _ in range(5):
        await a_recorded_order(orders, writings, customer_id=customer)
    with statements() as sent:
        assert len(await orders.list(customer_id=customer, limit=9)) == 5
    assert len(sent) == 1


@pytest.mark.parametrize(
    "filters",
    [
        {"customer_id": uuid4()},
        {"restaurant_id": uuid4()},
        {"restaurant_id": uuid4(), "status": OrderStatus.CONFIRMED},
    ],
)
async def test_reads_a_page_in_the_order_of_an_index(
    orders: OrderRepository, ordering: Database, filters: dict[str, Any]
) -> None:
    with statements() as sent:
        await orders.list(**filters, before=(NOON, uuid4()), limit=20)
    [statement] = sent
    plan = await plan_of(ordering, statement, off=("seqscan", "bitmapscan"))
    assert "Index Scan Backward using ix_orders_" in plan
    assert "Sort" not in plan

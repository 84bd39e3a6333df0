from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.statements import OrderFilter
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import DatabaseSettings
from domain.orders import Order, OrderStatus, RecordPayment, step_key
from domain.payments import PaymentStatus, RefundStatus
from domain.progress import RecordCourier
from tests.support.builders import a_payment
from tests.support.ordering import a_move, a_recorded_order
from tests.support.statements import plan_of, statements

# A hundred a day, each order by another customer, kitchen and courier than the one before it.
PARTICULARS = """
INSERT INTO ordering.particulars (order_id, request_hash, address, notes)
SELECT md5('order ' || n)::uuid, 'h', '{
  "address_id": null, "label": null, "line1": "Bole Road 12", "line2": null,
  "city": "Addis Ababa", "point": {"lat": 9.0, "lon": 38.7}, "instructions": null
}', '[null]' FROM generate_series(1, 10000) n
ON CONFLICT DO NOTHING
"""
REMARKS = """
INSERT INTO ordering.remarks (id, order_id, actor, account_id, text)
SELECT md5('remark ' || n)::uuid, md5('order ' || n)::uuid, 'support', md5('account')::uuid, 'No.'
FROM generate_series(1, 10000) n ON CONFLICT DO NOTHING
"""
FINISHED = """
INSERT INTO ordering.orders (
  id, run_id, status, refund_status, customer_id, restaurant_id, courier_id, currency, lines,
  subtotal, delivery_fee, service_fee, tip, total, placed_total, ride_minutes, payment_status,
  authorized, captured, refunded, cancelled_by, cancellation_code, cancellation_reason,
  remark_id, request_hash, correlation_id, placed_at
)
SELECT
  md5('order ' || n)::uuid, 'r', CASE WHEN n % 10 = 0 THEN 'cancelled' ELSE 'delivered' END,
  CASE WHEN n % 100 = 0 THEN 'due' WHEN n % 10 = 0 THEN 'full' ELSE 'none' END,
  md5('customer ' || n % 500)::uuid, md5('restaurant ' || n % 43)::uuid,
  md5('courier ' || n % 20)::uuid, 'USD',
  '[{"menu_item_id": "00000000-0000-0000-0000-000000000001", "name": "Shiro", "quantity": 1,
     "unit_price": 1000, "unavailable": false}]',
  1000, 100, 50, 0, 1150, 1150, 15, 'captured', 0, 1150, 0,
  CASE WHEN n % 10 = 0 THEN 'system' END, CASE WHEN n % 10 = 0 THEN 'no_courier' END,
  CASE WHEN n % 10 = 0 THEN 'No courier.' END,
  CASE WHEN n % 10 = 0 THEN md5('remark ' || n)::uuid END,
  'h', 'c', timestamptz '2026-06-01 11:00Z' - n * interval '15 minutes'
FROM generate_series(1, 10000) n
ON CONFLICT DO NOTHING
"""
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
    while page := await orders.list(OrderFilter(customer_id=customer), before=before, limit=4):
        seen += page
        before = (page[-1].placed_at, page[-1].order_id)
    places = [(order.placed_at, order.order_id) for order in seen]
    assert len(set(places)) == 6
    assert places == sorted(places, reverse=True)


async def test_shows_nobody_elses(orders: OrderRepository, writings: WritingRepository) -> None:
    mine = await a_recorded_order(orders, writings)
    await a_recorded_order(orders, writings)
    for whose in (
        OrderFilter(customer_id=mine.customer_id),
        OrderFilter(restaurant_id=mine.restaurant_id),
    ):
        assert [order.order_id for order in await orders.list(whose, limit=9)] == [mine.order_id]


async def test_shows_what_a_courier_carries_and_whose_refund_stands_how(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    courier_id, placed = uuid4(), await a_recorded_order(orders, writings)
    key = step_key(placed.order_id, "courier:1")
    await orders.record_courier(
        RecordCourier(order_id=placed.order_id, key=key, courier_id=courier_id)
    )
    due = a_payment(
        PaymentStatus.CAPTURED, captured=2_300, refund_status=RefundStatus.DUE, version=2
    )
    key = step_key(placed.order_id, "due")
    await orders.record_payment(RecordPayment(order_id=placed.order_id, key=key, payment=due))
    for status, found in ((RefundStatus.DUE, [placed.order_id]), (RefundStatus.FULL, [])):
        wanted = OrderFilter(courier_id=courier_id, refund_status=status)
        assert [order.order_id for order in await orders.list(wanted, limit=9)] == found


async def test_shows_one_status_when_asked(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    kitchen = uuid4()
    reserved = await a_recorded_order(orders, writings, restaurant_id=kitchen)
    await a_recorded_order(orders, writings, restaurant_id=kitchen)
    await orders.advance(a_move(reserved.order_id, OrderStatus.RESERVED))
    found = await orders.list(
        OrderFilter(restaurant_id=kitchen, status=OrderStatus.RESERVED), limit=9
    )
    assert [order.order_id for order in found] == [reserved.order_id]


async def test_costs_one_statement_however_many_orders_there_are(
    orders: OrderRepository, writings: WritingRepository
) -> None:
    customer = uuid4()
    for _ in range(5):
        await a_recorded_order(orders, writings, customer_id=customer)
    with statements() as sent:
        assert len(await orders.list(OrderFilter(customer_id=customer), limit=9)) == 5
    assert len(sent) == 1


@pytest.fixture(scope="session")
def ten_thousand_finished(databases: DatabaseSettings) -> dict[str, Any]:
    """Of a hundred days, 500 customers, 43 restaurants and 20 couriers: the ids of one each."""
    with psycopg.connect(
        databases.of("ordering").get_secret_value(), autocommit=True
    ) as connection:
        for rows in (PARTICULARS, REMARKS, FINISHED):
            connection.execute(rows)
        connection.execute("ANALYZE ordering.orders, ordering.particulars, ordering.remarks")
    return {
        "customer_id": UUID(md5(b"customer 7").hexdigest()),  # noqa: S324 - as in the SQL.
        "restaurant_id": UUID(md5(b"restaurant 7").hexdigest()),  # noqa: S324
        "courier_id": UUID(md5(b"courier 7").hexdigest()),  # noqa: S324
        "status": OrderStatus.CANCELLED,
        "refund_status": RefundStatus.DUE,
    }


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["customer_id"],
        ["restaurant_id"],
        ["restaurant_id", "status"],
        ["courier_id"],
        ["status"],
        ["refund_status"],
        ["status", "refund_status"],
    ],
)
@pytest.mark.parametrize("before", [None, (NOON, UUID(int=0))])
async def test_finds_a_page_among_ten_thousand_without_reading_them_all(
    orders: OrderRepository,
    ordering: Database,
    ten_thousand_finished: dict[str, Any],
    names: list[str],
    before: tuple[datetime, UUID] | None,
) -> None:
    wanted = OrderFilter(**{name: ten_thousand_finished[name] for name in names})
    with statements() as sent:
        assert len(await orders.list(wanted, before=before, limit=20)) == 20
    [statement] = sent
    plan = await plan_of(ordering, statement, off=())
    assert "Seq Scan" not in plan
    assert "using ix_orders_" in plan or "on ix_orders_" in plan


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (OrderFilter(stuck=True), "ix_orders_under_way"),
        (OrderFilter(id_begins="6f1d5c"), "pk_orders"),
        (OrderFilter(customer_ids=[uuid4(), uuid4()]), "ix_orders_customer_id_placed_at_id"),
    ],
)
@pytest.mark.usefixtures("ten_thousand_finished")
async def test_finds_what_support_asks_about_by_an_index(
    orders: OrderRepository, ordering: Database, wanted: OrderFilter, index: str
) -> None:
    with statements() as sent:
        await orders.list(wanted, before=(NOON, UUID(int=0)), limit=20)
    [statement] = sent
    plan = await plan_of(ordering, statement, off=())
    assert index in plan
    assert "Seq Scan on orders" not in plan


@pytest.mark.parametrize("restaurant_id", [None, uuid4()])
@pytest.mark.usefixtures("ten_thousand_finished")
async def test_reads_of_ten_thousand_orders_those_under_way(
    ordering: Database, restaurant_id: UUID | None
) -> None:
    with statements() as sent:
        await ClockRepository(ordering).under_way(restaurant_id=restaurant_id, limit=500)
    [statement] = sent
    plan = await plan_of(ordering, statement, off=())
    assert ("ix_orders_restaurant_id_" if restaurant_id else "ix_orders_under_way") in plan
    assert "Seq Scan on orders" not in plan

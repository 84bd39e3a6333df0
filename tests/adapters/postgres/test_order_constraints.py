"""What the database refuses whatever the code does: each update breaks one rule by its name."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.orders import OrderStatus
from tests.support.ordering import a_move, a_recorded_order

BROKEN = {
    "status = 'lost'": "ck_orders_orderstatus",
    "refund_status = 'maybe'": "ck_orders_refundstatus",
    "payment_status = 'maybe'": "ck_orders_paymentstatus",
    "currency = 'dollars'": "ck_orders_currency",
    "lines = '[]'": "ck_orders_lines_not_empty",
    """lines = '[{"quantity": 0, "unit_price": 1}]'""": "ck_orders_lines_positive",
    """lines = '[{"quantity": 1, "unit_price": -1}]'""": "ck_orders_lines_positive",
    "tip = -1, total = total - tip - 1": "ck_orders_amounts_not_negative",
    "total = total + 1": "ck_orders_total_is_the_sum",
    "placed_total = total - 1": "ck_orders_total_within_placed",
    "authorized = total + 1": "ck_orders_payment_within_placed",
    "captured = total + 1": "ck_orders_payment_within_placed",
    "authorized = 1, captured = total": "ck_orders_payment_within_placed",
    "captured = 5, refunded = 6": "ck_orders_refunded_within_captured",
    "status = 'cancelled'": "ck_orders_end_without_food_has_a_reason",
    "cancellation_code = 'none'": "ck_orders_end_without_food_has_a_reason",
    "version = 0": "ck_orders_version",
    "request_hash = 'another'": "fk_orders_id_request_hash_particulars",
}


@pytest.mark.parametrize(("change", "rule"), BROKEN.items())
async def test_refuses_an_order_that_breaks_a_rule(
    orders: OrderRepository,
    writings: WritingRepository,
    ordering: Database,
    change: str,
    rule: str,
) -> None:
    placed = await a_recorded_order(orders, writings)
    update = f"UPDATE ordering.orders SET {change} WHERE id = :id"  # noqa: S608 - Ours.
    with pytest.raises(IntegrityError, match=rule):
        async with ordering.transaction() as session:
            await session.execute(text(update), {"id": placed.order_id})


async def test_refuses_to_leave_a_final_status(
    orders: OrderRepository, writings: WritingRepository, ordering: Database
) -> None:
    placed = await a_recorded_order(orders, writings)
    await orders.advance(a_move(placed.order_id, OrderStatus.CANCELLED))
    with pytest.raises(IntegrityError, match="ended as cancelled"):
        async with ordering.transaction() as session:
            await session.execute(
                text("UPDATE ordering.orders SET status = 'rejected' WHERE id = :id"),
                {"id": placed.order_id},
            )


@pytest.mark.parametrize(
    "change", ["UPDATE ordering.timeline SET event = 'x'", "DELETE FROM ordering.timeline"]
)
async def test_refuses_to_change_what_the_timeline_says(
    orders: OrderRepository, writings: WritingRepository, ordering: Database, change: str
) -> None:
    placed = await a_recorded_order(orders, writings)
    with pytest.raises(IntegrityError, match="append-only"):
        async with ordering.transaction() as session:
            await session.execute(text(f"{change} WHERE order_id = :id"), {"id": placed.order_id})

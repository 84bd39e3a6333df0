"""Orders in the database, and what was written about them."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from adapters.kafka.codec import decode
from adapters.kafka.topics import ORDERS
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.tables import OutboxRow
from adapters.postgres.ordering.writings import WritingRepository
from domain.accounts import DeliveryAddress
from domain.events.orders import OrderEvent
from domain.geography import Point
from domain.orders import (
    Actor,
    AdvanceOrder,
    Cancellation,
    Order,
    OrderStatus,
    Particulars,
    PlaceOrder,
    RecordPayment,
    step_key,
)
from domain.payments import OrderPayment
from domain.progress import RecordOrder
from tests.support.builders import an_order

WITHOUT_FOOD = {OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.PAYMENT_FAILED}
OUT_OF_DOUGH = Cancellation(
    by=Actor.RESTAURANT, code="out_of_dough", reason="The kitchen ran out of dough."
)


def some_particulars(*, lines: int = 1) -> Particulars:
    """A note for the first of the order's lines."""
    address = DeliveryAddress(
        address_id=uuid4(),
        label="Home",
        line1="Churchill Avenue 1",
        line2=None,
        city="Addis Ababa",
        point=Point(lat=9.03, lon=38.74),
        instructions="Blue door",
    )
    return Particulars(address=address, notes=["No onions", *[None] * (lines - 1)])


def an_order_in(status: OrderStatus, **given: Any) -> Order:
    """As its row would have it."""
    placed = an_order(ride_minutes=15)
    order = Order(
        order_id=placed.order_id,
        run_id="run-1",
        status=status,
        customer_id=placed.customer_id,
        restaurant_id=placed.restaurant_id,
        lines=placed.lines,
        quote=placed.quote,
        placed_total=placed.quote.total,
        payment=OrderPayment.pending(placed.quote.total.currency),
        courier_id=None,
        answer_by=None,
        ready_by=None,
        ride_minutes=placed.ride_minutes,
        particulars=some_particulars(),
        cancellation=None,
        remark=None,
        request_hash=placed.request_hash,
        placed_at=placed.placed_at,
        updated_at=placed.placed_at,
        version=1,
    )
    return replace(order, **given)


async def a_recorded_order(
    orders: OrderRepository, writings: WritingRepository, **given: Any
) -> PlaceOrder:
    order = an_order(**given)
    particulars = some_particulars(lines=len(order.lines))
    await writings.keep_particulars(order.order_id, order.request_hash, particulars)
    await orders.record(RecordOrder(order=order, run_id="run-1"))
    return order


def a_move(order_id: UUID, status: OrderStatus, **given: Any) -> AdvanceOrder:
    """With a reason where the status needs one."""
    defaults: dict[str, Any] = {
        "key": step_key(order_id, status),
        "actor": Actor.SYSTEM,
        "cancellation": OUT_OF_DOUGH if status in WITHOUT_FOOD else None,
    }
    return AdvanceOrder(order_id=order_id, status=status, **(defaults | given))


async def events_of(ordering: Database, order_id: UUID) -> list[OrderEvent]:
    """From the outbox, in the order in which they were written."""
    written = select(OutboxRow.payload).where(OutboxRow.aggregateid == str(order_id))
    async with ordering.transaction() as session:
        payloads = await session.scalars(written.order_by(OutboxRow.position))
        return [decode(ORDERS, payload) for payload in payloads]


async def told(orders: OrderRepository, order_id: UUID) -> list[str]:
    """The events of the timeline, which has neither gap nor disorder."""
    entries = await orders.timeline(order_id)
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    assert sorted(entry.at for entry in entries) == [entry.at for entry in entries]
    return [entry.event for entry in entries]


def a_payment_of(order_id: UUID, step: str, payment: OrderPayment) -> RecordPayment:
    return RecordPayment(order_id=order_id, key=step_key(order_id, step), payment=payment)

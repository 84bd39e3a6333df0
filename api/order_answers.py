"""An order as its reader sees it: the answer, its parts, and pages of them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from adapters.outages import AWAY
from api.addresses import AddressAnswer
from api.checkout import LineAnswer
from api.money import Money
from api.order_lookup import roles_in
from api.pages import Page, Paging, page_of
from api.preconditions import Versioned
from api.services import Services
from domain.accounts import Account
from domain.arrival import arrival
from domain.deliveries import Ride
from domain.orders import Actor, Cancellation, Order, OrderStatus, TimelineEntry
from domain.payments import OrderPayment, PaymentStatus, RefundStatus


class Links(BaseModel):
    self: str
    events: str
    payment: str

    @classmethod
    def of(cls, order_id: UUID) -> Self:
        self = f"/api/v1/orders/{order_id}"
        return cls(self=self, events=f"{self}/events", payment=f"{self}/payment")


class PaymentAnswer(BaseModel):
    """`authorized` is what is still held: 0 once captured or voided."""

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money

    @classmethod
    def of(cls, payment: OrderPayment) -> Self:
        return cls(
            status=payment.status,
            authorized=Money.of(payment.authorized),
            captured=Money.of(payment.captured),
            refunded=Money.of(payment.refunded),
        )


class Delivery(BaseModel):
    """`eta` is when the food should be at the door: from where the courier is, if anybody knows.

    The address is null for who doesn't need it: the restaurant's staff, and a courier in whose
    hands the order is not.
    """

    address: AddressAnswer | None
    courier_id: UUID | None
    eta: datetime | None

    @classmethod
    def of(cls, order: Order, reader: Account, ride: Ride | None) -> Self:
        carries = ride is not None and ride.courier_id == reader.account_id
        sees_address = carries or roles_in(reader, order) & {Actor.CUSTOMER, Actor.SUPPORT}
        return cls(
            address=AddressAnswer.of(order.particulars.address) if sees_address else None,
            courier_id=order.courier_id,
            eta=arrival(order, ride, now=datetime.now(UTC)),
        )


class CancellationAnswer(BaseModel):
    """`reason` is what the person wrote who ended the order, or else the system's sentence.

    `kept` is what the customer still pays, as support agreed; null is nothing.
    """

    by: Actor
    code: str
    reason: str
    kept: Money | None

    @classmethod
    def of(cls, cancellation: Cancellation, remark: str | None) -> Self:
        return cls(
            by=cancellation.by,
            code=cancellation.code,
            reason=remark or cancellation.reason,
            kept=Money.of(cancellation.kept) if cancellation.kept else None,
        )


class OrderAnswer(Versioned):
    """`items` is what is cooked and paid, `unavailable_items` what the kitchen had to leave out.

    `answer_by` is when the kitchen's time to accept or reject ends; null unless it is to decide.
    `ready_by` is when it means to be done; null until it has accepted.
    """

    id: UUID
    status: OrderStatus
    refund_status: RefundStatus
    customer_id: UUID
    restaurant_id: UUID
    items: list[LineAnswer]
    unavailable_items: list[LineAnswer]
    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money
    payment: PaymentAnswer
    answer_by: datetime | None
    ready_by: datetime | None
    delivery: Delivery
    cancellation: CancellationAnswer | None
    placed_at: datetime
    updated_at: datetime
    links: Links

    @classmethod
    def of(cls, order: Order, reader: Account, ride: Ride | None) -> Self:
        """`ride` is that of the order's courier, where somebody carries it."""
        quote = order.quote
        return cls(
            id=order.order_id,
            status=order.status,
            refund_status=order.refund_status,
            customer_id=order.customer_id,
            restaurant_id=order.restaurant_id,
            items=_lines(order, unavailable=False),
            unavailable_items=_lines(order, unavailable=True),
            subtotal=Money.of(quote.subtotal),
            delivery_fee=Money.of(quote.delivery_fee),
            service_fee=Money.of(quote.service_fee),
            tip=Money.of(quote.tip),
            total=Money.of(quote.total),
            payment=PaymentAnswer.of(order.payment),
            answer_by=order.answer_by if order.status is OrderStatus.CONFIRMED else None,
            ready_by=order.ready_by,
            delivery=Delivery.of(order, reader, ride),
            cancellation=(
                CancellationAnswer.of(order.cancellation, order.remark)
                if order.cancellation
                else None
            ),
            placed_at=order.placed_at,
            updated_at=order.updated_at,
            version=order.version,
            links=Links.of(order.order_id),
        )


class EntryAnswer(BaseModel):
    sequence: int
    at: datetime
    event: str
    actor: Actor
    detail: str | None

    @classmethod
    def of(cls, entry: TimelineEntry) -> Self:
        return cls(
            sequence=entry.sequence,
            at=entry.at,
            event=entry.event,
            actor=entry.actor,
            detail=entry.detail,
        )


class Timeline(BaseModel):
    items: list[EntryAnswer]


def _lines(order: Order, *, unavailable: bool) -> list[LineAnswer]:
    return [
        LineAnswer.of(line, note)
        for line, note in zip(order.lines, order.particulars.notes, strict=True)
        if line.unavailable is unavailable
    ]


async def order_answer(services: Services, order: Order, reader: Account) -> OrderAnswer:
    """As this reader sees it, with where its courier is."""
    [answer] = await order_answers(services, [order], reader)
    return answer


async def order_answers(
    services: Services, orders: Sequence[Order], reader: Account
) -> list[OrderAnswer]:
    rides = await _rides(services, orders)
    return [OrderAnswer.of(order, reader, rides.get(order.order_id)) for order in orders]


async def page_of_orders(
    rows: Sequence[Order], paging: Paging, services: Services, caller: Account
) -> Page[OrderAnswer]:
    """One page of them, newest first, of the rows that were found for it."""
    rides = await _rides(services, rows)
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda order: (order.placed_at, order.order_id),
        shape=lambda order: OrderAnswer.of(order, caller, rides.get(order.order_id)),
    )


async def _rides(services: Services, orders: Sequence[Order]) -> dict[UUID, Ride]:
    """Of those in couriers' hands. No order waits to be read for where its courier is."""
    carried = [order.order_id for order in orders if order.courier_id and not order.status.is_final]
    if carried:
        with suppress(*AWAY):
            return await services.rides.of_orders(carried)
    return {}

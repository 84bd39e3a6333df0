"""Domain objects with what a test doesn't care about filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.desk import Mandate, Right
from domain.events.orders import OrderEvent, OrderEventType, OrderState, PaymentSeen
from domain.geography import Point
from domain.money import Money
from domain.orders import IfUnavailable, OrderLine, OrderStatus, PlaceOrder, Quote
from domain.payments import OrderPayment, PaymentStatus, RefundStatus

USD = "USD"


def usd(amount: int) -> Money:
    return Money(amount, USD)


def a_mandate(**given: Any) -> Mandate:
    """Of somebody who may give away 100.00 USD at once."""
    defaults: dict[str, Any] = {
        "by": uuid4(),
        "right": Right.MONEY,
        "limit": usd(10_000),
        "remark_id": uuid4(),
    }
    return Mandate(**(defaults | given))


def a_line(**given: Any) -> OrderLine:
    defaults: dict[str, Any] = {
        "menu_item_id": uuid4(),
        "name": "Margherita",
        "quantity": 2,
        "unit_price": usd(1_000),
    }
    return OrderLine(**(defaults | given))


def a_quote(total: int = 2_300) -> Quote:
    return Quote(
        subtotal=usd(total - 300),
        delivery_fee=usd(200),
        service_fee=usd(100),
        tip=usd(0),
        total=usd(total),
    )


def an_order(**given: Any) -> PlaceOrder:
    """An order of 23.00 USD for two pizzas; the restaurant has ten minutes to answer."""
    defaults: dict[str, Any] = {
        "order_id": uuid4(),
        "customer_id": uuid4(),
        "restaurant_id": uuid4(),
        "restaurant_name": "Roma",
        "lines": [a_line()],
        "quote": a_quote(),
        "payment_method": "pm_card_visa",
        "request_hash": "0" * 64,
        "placed_at": datetime.now(UTC),
        "auto_accept": False,
        "acceptance_minutes": 10,
        "preparation_minutes": 20,
        "if_unavailable": IfUnavailable.REJECT,
        "pickup": Point(lat=9.01, lon=38.755),
        "ride_minutes": 15,
        "correlation_id": "test",
    }
    return PlaceOrder(**(defaults | given))


def a_payment(status: PaymentStatus, **given: Any) -> OrderPayment:
    """With sums of USD in minor units, the first version of the order's payment."""
    sums = {name: usd(given.get(name, 0)) for name in ("authorized", "captured", "refunded")}
    refund_status = given.get("refund_status", RefundStatus.NONE)
    return OrderPayment(
        status=status, **sums, refund_status=refund_status, version=given.get("version", 1)
    )


def an_order_event(
    type_: OrderEventType, order: PlaceOrder | None = None, **given: Any
) -> OrderEvent:
    """What is given of the event, or else of the order's state, and the rest filled in."""
    order = order or an_order()
    defaults: dict[str, Any] = {
        "event_id": uuid4(),
        "occurred_at": order.placed_at,
        "aggregate_id": order.order_id,
        "aggregate_version": 4,
        "correlation_id": order.correlation_id,
    }
    own = {name: given.pop(name) for name in [*given] if name in (*defaults, "courier_id")}
    return OrderEvent(type=type_, order=an_order_state(order, **given), **(defaults | own))


def an_order_state(order: PlaceOrder, **given: Any) -> OrderState:
    quote, nothing = order.quote, order.quote.total * 0
    defaults: dict[str, Any] = {
        "status": OrderStatus.ACCEPTED,
        "refund_status": RefundStatus.NONE,
        "customer_id": order.customer_id,
        "restaurant_id": order.restaurant_id,
        "lines": tuple(order.lines),
        "subtotal": quote.subtotal,
        "delivery_fee": quote.delivery_fee,
        "service_fee": quote.service_fee,
        "tip": quote.tip,
        "total": quote.total,
        "placed_total": quote.total,
        "payment": PaymentSeen(
            status=PaymentStatus.PENDING,
            authorized=nothing,
            captured=nothing,
            refunded=nothing,
            version=0,
        ),
        "courier_id": None,
        "acceptance_minutes": order.acceptance_minutes,
        "answer_by": None,
        "ready_by": None,
        "ride_minutes": order.ride_minutes,
        "cancellation": None,
        "placed_at": order.placed_at,
        "run_id": "run-1",
        "request_hash": order.request_hash,
    }
    return OrderState(**(defaults | given))

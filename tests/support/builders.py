"""Domain objects with what a test doesn't care about filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from domain.geography import Point
from domain.money import Money
from domain.orders import IfUnavailable, OrderLine, PlaceOrder, Quote
from domain.payments import OrderPayment, PaymentStatus, RefundStatus

USD = "USD"


def usd(amount: int) -> Money:
    return Money(amount, USD)


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

"""Events of every topic, with what a test doesn't care about filled in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from adapters.kafka.codec import encode
from adapters.kafka.record import Record
from adapters.kafka.topics import BY_EVENT
from domain.deliveries import DeliveryState
from domain.events.deliveries import DeliveryEvent, DeliveryEventType, DeliveryTold
from domain.events.envelope import Event
from domain.events.payments import PaymentEvent, PaymentEventType, PaymentState
from domain.events.restaurants import RestaurantEvent, RestaurantEventType, RestaurantTold
from domain.events.stock import StockEvent, StockEventType, StockMoved
from domain.geography import Point
from domain.payments import PaymentStatus, RefundStatus
from domain.restaurants import RestaurantAddress
from domain.stock import ReservationState
from tests.support.builders import usd


def record_of(event: Event) -> Record:
    """As the relay sends it, but for most headers."""
    return Record(
        topic=BY_EVENT[type(event)].name,
        key=str(event.aggregate_id).encode(),
        value=encode(event),
        headers=(("ce_id", str(event.event_id).encode()),),
    )


def an_envelope(aggregate_id: UUID, version: int = 1) -> dict[str, Any]:
    return {
        "event_id": uuid4(),
        "occurred_at": datetime.now(UTC),
        "aggregate_id": aggregate_id,
        "aggregate_version": version,
        "correlation_id": "test",
    }


def a_payment_event(type_: PaymentEventType, order_id: UUID, **given: Any) -> PaymentEvent:
    """23.00 USD: taken, where it says so, and else held."""
    was_taken = type_ is PaymentEventType.CAPTURED
    state = PaymentState(
        status=PaymentStatus.CAPTURED if was_taken else PaymentStatus.AUTHORIZED,
        refund_status=RefundStatus.NONE,
        amount=usd(2_300),
        authorized=usd(0 if was_taken else 2_300),
        captured=usd(2_300 if was_taken else 0),
        refunded=usd(0),
    )
    own = {"customer_id": uuid4(), "payment": state}
    return PaymentEvent(type=type_, **(an_envelope(order_id) | own | given))


def a_delivery_event(type_: DeliveryEventType, order_id: UUID, **given: Any) -> DeliveryEvent:
    """Of an assigned delivery."""
    state: dict[str, Any] = {
        "restaurant_id": uuid4(),
        "state": DeliveryState.ASSIGNED,
        "courier_id": uuid4(),
        "assignment": 1,
        "fee": usd(200),
        "round": 1,
        "radius_km": 3.0,
        "expires_at": datetime.now(UTC),
        "code": None,
    }
    told = {name: given.pop(name, value) for name, value in state.items()}
    own = {"delivery": DeliveryTold(**told)}
    return DeliveryEvent(type=type_, **(an_envelope(order_id) | own | given))


def a_stock_event(type_: StockEventType, restaurant_id: UUID, *, left: int | None) -> StockEvent:
    """Of two pizzas; `left` is how many are left."""
    line = StockMoved(menu_item_id=uuid4(), name="Margherita", quantity=2, left=left)
    return StockEvent(
        type=type_,
        restaurant_id=restaurant_id,
        state=ReservationState.HELD,
        lines=(line,),
        **an_envelope(uuid4()),
    )


def a_restaurant_event(type_: RestaurantEventType, restaurant_id: UUID) -> RestaurantEvent:
    restaurant = RestaurantTold(
        name="Roma",
        currency="USD",
        address=RestaurantAddress(
            line1="Bole Road 1", city="Addis Ababa", point=Point(lat=9.01, lon=38.755)
        ),
        cuisine=None,
        opening_hours=None,
        auto_accept=False,
        acceptance_minutes=10,
        preparation_minutes=20,
        kitchen_slots=None,
        paused=type_ is RestaurantEventType.PAUSED,
    )
    return RestaurantEvent(type=type_, restaurant=restaurant, **an_envelope(restaurant_id))

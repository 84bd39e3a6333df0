"""Whom an event concerns, where nobody else tells them.

What happens inside the saga before the kitchen decides is told by its own notify step.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from domain.errors import AuthorizationLost, CaptureFailed
from domain.events.orders import OrderEvent, OrderEventType
from domain.events.restaurants import RestaurantEvent, RestaurantEventType
from domain.events.stock import StockEvent, StockEventType
from domain.money import Money
from domain.notifications import Audience, Notification, NotificationType, notification
from domain.orders import Cancellation

_TOLD: dict[OrderEventType, dict[Audience, NotificationType]] = {
    OrderEventType.ACCEPTED: {Audience.CUSTOMER: NotificationType.ORDER_ACCEPTED},
    OrderEventType.DELAYED: {Audience.CUSTOMER: NotificationType.ORDER_DELAYED},
    OrderEventType.COURIER_RELEASED: {Audience.COURIER: NotificationType.DELIVERY_TAKEN_BACK},
    OrderEventType.PICKED_UP: {Audience.CUSTOMER: NotificationType.ORDER_PICKED_UP},
    OrderEventType.DELIVERED: {
        Audience.CUSTOMER: NotificationType.ORDER_DELIVERED,
        Audience.COURIER: NotificationType.DELIVERY_PAID,
    },
    OrderEventType.REJECTED: {Audience.CUSTOMER: NotificationType.ORDER_REJECTED},
    OrderEventType.CANCELLED: {
        Audience.CUSTOMER: NotificationType.ORDER_CANCELLED,
        Audience.RESTAURANT: NotificationType.ORDER_CANCELLED,
        Audience.COURIER: NotificationType.DELIVERY_CALLED_OFF,
    },
    OrderEventType.PAYMENT_FAILED: {Audience.CUSTOMER: NotificationType.PAYMENT_FAILED},
}

# What may happen to an order twice: each time is news.
_REPEATED = frozenset({OrderEventType.DELAYED, OrderEventType.COURIER_RELEASED})

# The money is taken when the kitchen has accepted: it must not cook for nothing.
_WHEN_IT_IS_TAKEN = (AuthorizationLost.code(), CaptureFailed.code())


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Whom news of an order may concern, and what there is to say of it."""

    order_id: UUID
    customer_id: UUID
    restaurant_id: UUID
    courier_id: UUID | None
    total: Money
    cancellation: Cancellation | None = None

    @property
    def recipients(self) -> dict[Audience, UUID | None]:
        return {
            Audience.CUSTOMER: self.customer_id,
            Audience.RESTAURANT: self.restaurant_id,
            Audience.COURIER: self.courier_id,
        }


def announcements(event: OrderEvent) -> list[Notification]:
    """What to tell to whom; nothing where the event is nobody's news."""
    order = event.order
    concerned = Concerned(
        order_id=event.aggregate_id,
        customer_id=order.customer_id,
        restaurant_id=order.restaurant_id,
        courier_id=event.courier_id or order.courier_id,
        total=order.total,
        cancellation=order.cancellation,
    )
    news = news_of(event.type, concerned)
    return [_again(one, event.event_id) for one in news] if event.type in _REPEATED else news


def news_of(type_: OrderEventType, concerned: Concerned) -> list[Notification]:
    """What is told when such a thing happens to the order."""
    told, ended = dict(_TOLD.get(type_, {})), concerned.cancellation
    if type_ is OrderEventType.PAYMENT_FAILED and ended and ended.code in _WHEN_IT_IS_TAKEN:
        told[Audience.RESTAURANT] = NotificationType.PAYMENT_FAILED
    words = {"total": concerned.total}
    if ended and ended.kept:
        words["kept"] = ended.kept
    return [
        notification(kind, audience, recipient, order_id=concerned.order_id, **words)
        for audience, kind in told.items()
        if (recipient := concerned.recipients[audience]) is not None
    ]


def stock_announcements(event: StockEvent) -> list[Notification]:
    """To the restaurant, where the order took the last of a dish; of several in one go."""
    gone = [line.name for line in event.lines if line.left == 0]
    if event.type is not StockEventType.RESERVED or event.restaurant_id is None or not gone:
        return []
    told = notification(
        NotificationType.DISH_SOLD_OUT,
        Audience.RESTAURANT,
        event.restaurant_id,
        order_id=event.aggregate_id,
        dishes=", ".join(gone),
    )
    return [_again(told, event.event_id)]


def restaurant_announcements(event: RestaurantEvent) -> list[Notification]:
    """To the restaurant, when it takes no orders for now: one of its staff did that."""
    if event.type is not RestaurantEventType.PAUSED:
        return []
    told = notification(
        NotificationType.ORDERS_PAUSED, Audience.RESTAURANT, event.aggregate_id, order_id=None
    )
    return [_again(told, event.event_id)]


def _again(one: Notification, event_id: UUID) -> Notification:
    """What may be told several times of one order, or of none: the event tells them apart."""
    return replace(one, dedupe_key=f"{one.dedupe_key}:{event_id}")

"""Whom an order's event concerns, where nobody else tells them.

What happens inside the saga before the kitchen decides is told by its own notify step.
"""

from dataclasses import replace

from domain.errors import AuthorizationLost, CaptureFailed
from domain.events import OrderEvent, OrderEventType
from domain.notifications import Audience, Notification, NotificationType, notification

_TOLD = {
    OrderEventType.ACCEPTED: (NotificationType.ORDER_ACCEPTED, (Audience.CUSTOMER,)),
    OrderEventType.DELAYED: (NotificationType.ORDER_DELAYED, (Audience.CUSTOMER,)),
    OrderEventType.PICKED_UP: (NotificationType.ORDER_PICKED_UP, (Audience.CUSTOMER,)),
    OrderEventType.DELIVERED: (NotificationType.ORDER_DELIVERED, (Audience.CUSTOMER,)),
    OrderEventType.REJECTED: (NotificationType.ORDER_REJECTED, (Audience.CUSTOMER,)),
    OrderEventType.CANCELLED: (
        NotificationType.ORDER_CANCELLED,
        (Audience.CUSTOMER, Audience.RESTAURANT),
    ),
    OrderEventType.PAYMENT_FAILED: (NotificationType.PAYMENT_FAILED, (Audience.CUSTOMER,)),
}

# The money is taken when the kitchen has accepted: it must not cook for nothing.
_WHEN_IT_IS_TAKEN = (AuthorizationLost.code(), CaptureFailed.code())


def announcements(event: OrderEvent) -> list[Notification]:
    """What to tell to whom; nothing where the event is nobody's news."""
    type_, audiences = _TOLD.get(event.type, (None, ()))
    if event.type is OrderEventType.PAYMENT_FAILED and event.code in _WHEN_IT_IS_TAKEN:
        audiences = (*audiences, Audience.RESTAURANT)
    recipients = {
        Audience.CUSTOMER: event.customer_id,
        Audience.RESTAURANT: event.restaurant_id,
    }
    told = [
        notification(
            type_, audience, recipients[audience], order_id=event.order_id, total=event.total
        )
        for audience in audiences
        if type_ is not None
    ]
    if event.type is not OrderEventType.DELAYED:
        return told
    # The one thing that may happen to an order twice: each time is news.
    return [replace(one, dedupe_key=f"{one.dedupe_key}:{event.event_id}") for one in told]

"""What people are told, and in which words."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.money import Money
from domain.orders import Order, PlaceOrder


class NotificationType(StrEnum):
    ORDER_CONFIRMED = "order_confirmed"
    ORDER_ACCEPTED = "order_accepted"
    ORDER_DELAYED = "order_delayed"
    ORDER_PICKED_UP = "order_picked_up"
    ORDER_DELIVERED = "order_delivered"
    ORDER_REJECTED = "order_rejected"
    ORDER_CANCELLED = "order_cancelled"
    PAYMENT_FAILED = "order_payment_failed"
    NEW_ORDER = "new_order"
    MONEY_OWED = "money_owed"
    DELIVERY_TAKEN_BACK = "delivery_taken_back"
    DELIVERY_CALLED_OFF = "delivery_called_off"
    DELIVERY_PAID = "delivery_paid"
    DISH_SOLD_OUT = "dish_sold_out"
    ORDERS_PAUSED = "orders_paused"


class Audience(StrEnum):
    """Whose the recipient id is: an account's, as what it is told, or a restaurant's staff's."""

    CUSTOMER = "customer"
    RESTAURANT = "restaurant"
    COURIER = "courier"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose list: what an account is told as a customer and as a courier is one list."""

    recipient_id: UUID
    audiences: tuple[Audience, ...]

    @classmethod
    def account(cls, account_id: UUID) -> Self:
        return cls(account_id, (Audience.CUSTOMER, Audience.COURIER))

    @classmethod
    def restaurant(cls, restaurant_id: UUID) -> Self:
        return cls(restaurant_id, (Audience.RESTAURANT,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one recipient, delivered once per `dedupe_key` whatever the retries.

    `order_id` is None where it is about no order.
    """

    dedupe_key: str
    type: NotificationType
    audience: Audience
    recipient_id: UUID
    order_id: UUID | None
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredNotification:
    """One in the recipient's list; `read_at` is None until it was read."""

    notification_id: UUID
    type: NotificationType
    order_id: UUID | None
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One about an order, in whosever list it is; `read_at` is None until it was read."""

    type: NotificationType
    audience: Audience
    recipient_id: UUID
    title: str
    body: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverNotifications:
    """Tell several recipients about one order; who was told already is not told again."""

    order_id: UUID
    notifications: list[Notification]


_TEXTS: dict[NotificationType, tuple[str, str]] = {
    NotificationType.ORDER_CONFIRMED: (
        "Order confirmed",
        "Your order for {total} is paid for and waits for the restaurant.",
    ),
    NotificationType.NEW_ORDER: ("New order", "An order for {total} waits for your answer."),
    NotificationType.ORDER_ACCEPTED: (
        "The restaurant accepted",
        "Your order for {total} will be cooked.",
    ),
    NotificationType.ORDER_DELAYED: (
        "The restaurant needs longer",
        "Your order for {total} takes longer than the restaurant had thought.",
    ),
    NotificationType.ORDER_PICKED_UP: (
        "Your food is on its way",
        "The courier has your order for {total}.",
    ),
    NotificationType.ORDER_DELIVERED: (
        "Enjoy your meal",
        "Your order for {total} was delivered.",
    ),
    NotificationType.ORDER_REJECTED: (
        "The order was rejected",
        "Your order for {total} will not be cooked. You pay nothing.",
    ),
    NotificationType.ORDER_CANCELLED: (
        "The order was cancelled",
        "The order for {total} was cancelled. Nothing is charged for it.",
    ),
    NotificationType.PAYMENT_FAILED: (
        "The payment failed",
        "The order for {total} ended because its payment did not go through. Nobody pays for it.",
    ),
    NotificationType.MONEY_OWED: (
        "We owe you money",
        "Your refund of {total} has not gone through yet. A person is looking after it.",
    ),
    NotificationType.DELIVERY_TAKEN_BACK: (
        "Another courier is asked",
        "The delivery of the order for {total} is not yours any more.",
    ),
    NotificationType.DELIVERY_CALLED_OFF: (
        "The delivery is over",
        "The order for {total} was cancelled, and its delivery with it.",
    ),
    NotificationType.DELIVERY_PAID: (
        "Delivered, thank you",
        "You brought the order for {total}: its delivery fee and its tip are yours.",
    ),
    NotificationType.DISH_SOLD_OUT: (
        "Sold out",
        "Sold out: {dishes}. An order took the last, and nobody can order more of it for now.",
    ),
    NotificationType.ORDERS_PAUSED: ("Paused", "No new orders come in until you resume."),
}


_WITH_A_FEE: dict[NotificationType, tuple[str, str]] = {
    NotificationType.ORDER_CANCELLED: (
        "The order was cancelled",
        "The order for {total} was cancelled. {kept} of it are charged.",
    ),
}


def notification(
    type_: NotificationType,
    audience: Audience,
    recipient_id: UUID,
    *,
    order_id: UUID | None,
    **words: Money | str,
) -> Notification:
    """Compose a message of the words that its type needs: most say `total`.

    `kept` is what a cancelled order still costs. One per order, type and recipient: that is its
    dedupe key.
    """
    texts = _TEXTS | _WITH_A_FEE if "kept" in words else _TEXTS
    title, body = texts[type_]
    return Notification(
        dedupe_key=f"{order_id}:{type_}:{recipient_id}",
        type=type_,
        audience=audience,
        recipient_id=recipient_id,
        order_id=order_id,
        title=title,
        body=body.format(**words),
    )


def confirmation(order: PlaceOrder | Order, total: Money) -> tuple[Notification, Notification]:
    """To the customer that the order stands, and to the restaurant that it has to answer."""
    customer, restaurant = (
        notification(type_, audience, recipient, order_id=order.order_id, total=total)
        for type_, audience, recipient in (
            (NotificationType.ORDER_CONFIRMED, Audience.CUSTOMER, order.customer_id),
            (NotificationType.NEW_ORDER, Audience.RESTAURANT, order.restaurant_id),
        )
    )
    return customer, restaurant


def confirmed(order: PlaceOrder) -> DeliverNotifications:
    """The saga's own news."""
    told = [*confirmation(order, order.quote.total)]
    return DeliverNotifications(order_id=order.order_id, notifications=told)


def ended_again(order: Order, which: str) -> Notification:
    """How it ended, once more for the customer; of one that has ended. `which` tells them apart."""
    kept = order.cancellation.kept if order.cancellation else None
    told = notification(
        NotificationType(f"order_{order.status}"),
        Audience.CUSTOMER,
        order.customer_id,
        order_id=order.order_id,
        total=order.quote.total,
        **({"kept": kept} if kept else {}),
    )
    return replace(told, dedupe_key=f"{told.dedupe_key}:{which}")


def confirmed_again(order: PlaceOrder, total: Money, which: int) -> DeliverNotifications:
    """The customer's part of it once more, which they may have lost. `which` counts from 1."""
    told, _ = confirmation(order, total)
    again = replace(told, dedupe_key=f"{told.dedupe_key}:{which}")
    return DeliverNotifications(order_id=order.order_id, notifications=[again])

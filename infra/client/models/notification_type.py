from typing import Literal

NotificationType = Literal[
    "delivery_called_off",
    "delivery_paid",
    "delivery_taken_back",
    "dish_sold_out",
    "money_owed",
    "new_order",
    "order_accepted",
    "order_cancelled",
    "order_confirmed",
    "order_delayed",
    "order_delivered",
    "order_payment_failed",
    "order_picked_up",
    "order_rejected",
    "orders_paused",
]

NOTIFICATION_TYPE_VALUES: set[NotificationType] = {
    "delivery_called_off",
    "delivery_paid",
    "delivery_taken_back",
    "dish_sold_out",
    "money_owed",
    "new_order",
    "order_accepted",
    "order_cancelled",
    "order_confirmed",
    "order_delayed",
    "order_delivered",
    "order_payment_failed",
    "order_picked_up",
    "order_rejected",
    "orders_paused",
}


def check_notification_type(value: str) -> NotificationType:
    if value in NOTIFICATION_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NOTIFICATION_TYPE_VALUES!r}")

from typing import Literal

OrderStatus = Literal[
    "accepted",
    "cancelled",
    "confirmed",
    "delivered",
    "payment_action_required",
    "payment_failed",
    "picked_up",
    "placed",
    "preparing",
    "ready",
    "rejected",
    "reserved",
]

ORDER_STATUS_VALUES: set[OrderStatus] = {
    "accepted",
    "cancelled",
    "confirmed",
    "delivered",
    "payment_action_required",
    "payment_failed",
    "picked_up",
    "placed",
    "preparing",
    "ready",
    "rejected",
    "reserved",
}


def check_order_status(value: str) -> OrderStatus:
    if value in ORDER_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ORDER_STATUS_VALUES!r}")

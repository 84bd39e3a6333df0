from typing import Literal

DeliveryState = Literal["assigned", "cancelled", "delivered", "failed", "offered", "picked_up"]

DELIVERY_STATE_VALUES: set[DeliveryState] = {
    "assigned",
    "cancelled",
    "delivered",
    "failed",
    "offered",
    "picked_up",
}


def check_delivery_state(value: str) -> DeliveryState:
    if value in DELIVERY_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DELIVERY_STATE_VALUES!r}")

from typing import Literal

DeliveryCode = Literal[
    "called_off",
    "cancelled_in_engine",
    "courier_lost",
    "delivered",
    "delivery_failed",
    "no_courier",
]

DELIVERY_CODE_VALUES: set[DeliveryCode] = {
    "called_off",
    "cancelled_in_engine",
    "courier_lost",
    "delivered",
    "delivery_failed",
    "no_courier",
}


def check_delivery_code(value: str) -> DeliveryCode:
    if value in DELIVERY_CODE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DELIVERY_CODE_VALUES!r}")

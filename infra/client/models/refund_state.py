from typing import Literal

RefundState = Literal["failed", "pending", "succeeded", "waived"]

REFUND_STATE_VALUES: set[RefundState] = {
    "failed",
    "pending",
    "succeeded",
    "waived",
}


def check_refund_state(value: str) -> RefundState:
    if value in REFUND_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_STATE_VALUES!r}")

from typing import Literal

RefundReason = Literal["items_unavailable", "order_ended", "support"]

REFUND_REASON_VALUES: set[RefundReason] = {
    "items_unavailable",
    "order_ended",
    "support",
}


def check_refund_reason(value: str) -> RefundReason:
    if value in REFUND_REASON_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUND_REASON_VALUES!r}")

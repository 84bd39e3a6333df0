"""Kinds of payment methods, and when each of them can be captured.

https://docs.stripe.com/payments/place-a-hold-on-a-payment-method tells which can be held first.
Kinds whose money takes days to arrive are left out: nobody cooks for a payment that may bounce.
"""

from typing import Literal

CARD = "card"

CAPTURES: dict[str, Literal["manual", "automatic"]] = {
    CARD: "manual",
    "link": "manual",
    # The money is taken when the customer agrees.
    "alipay": "automatic",
    "wechat_pay": "automatic",
}
"""Type of the method -> `capture_method` of its payments. Others are not accepted."""

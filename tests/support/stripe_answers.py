"""What Stripe's library makes of an answer."""

from typing import Any

import pytest
import stripe


def error_of(refusal: pytest.ExceptionInfo[stripe.StripeError]) -> Any:
    return refusal.value.error


def plain(body: stripe.StripeObject | None) -> dict[str, Any]:
    assert body is not None
    return body.to_dict()


def missing_fields(body: stripe.StripeObject) -> set[str]:
    always = {
        name
        for name, declared in type(body).__annotations__.items()
        if name.islower()
        and not any(word in str(declared) for word in ("None", "Optional", "Class"))
    }
    assert {"id", "object"} <= always
    return always - {name for name, value in body.to_dict().items() if value is not None}

"""What Stripe's library makes of an answer."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import stripe

T = TypeVar("T")


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


def later(look: Callable[[], T], wanted: Callable[[T], object], *, seconds: float = 60) -> T:
    """What `look` finds, as soon as it is what is wanted: Stripe does some things by and by."""
    deadline = time.monotonic() + seconds
    while not wanted(found := look()):
        assert time.monotonic() < deadline, f"Not what was wanted within {seconds} s: {found}"
        time.sleep(0.1)
    return found

"""Stripe's refusals: https://docs.stripe.com/api/errors and /error-codes."""

from typing import Any


class StripeError(Exception):
    """An answer that isn't 200: `status`, and `error` as Stripe's body has it under that name.

    Raised while an operation runs, it does not undo what the operation wrote: a decline leaves a
    failed charge behind, and is remembered under the idempotency key like any other answer.
    """

    def __init__(self, status: int, message: str, **details: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = {}
        self.error: dict[str, Any] = {"type": "invalid_request_error", "message": message}
        if code := details.get("code"):
            page = str(code).replace("_", "-")
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{page}"
        self.error |= {name: value for name, value in details.items() if value is not None}


class InvalidParameter(StripeError):
    """Refused before the operation began, so nothing is remembered under the idempotency key."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(400, message, **details)


def unexpected_state(intent: dict[str, Any], message: str) -> StripeError:
    return StripeError(
        400, message, code="payment_intent_unexpected_state", payment_intent=dict(intent)
    )


def server_error() -> StripeError:
    return StripeError(
        500,
        "An unexpected error occurred on our side. It was made by a fault rule of this sandbox.",
        type="api_error",
    )


def not_allowed() -> StripeError:
    return StripeError(400, "This was refused by a fault rule of this sandbox.")


def rate_limited() -> StripeError:
    error = StripeError(
        429,
        "Request rate limit exceeded. It was made so by a fault rule of this sandbox.",
        code="rate_limit",
    )
    error.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    return error

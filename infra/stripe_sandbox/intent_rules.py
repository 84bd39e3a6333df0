"""When Stripe refuses to create, confirm, capture or cancel a PaymentIntent, and in which words."""

import json
from typing import Any, NamedTuple, NoReturn

from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.errors import InvalidParameter, StripeError, unexpected_state
from infra.stripe_sandbox.session import Body

_ONLY_WITH_CONFIRM = frozenset({"error_on_requires_action", "off_session", "return_url"})
_WITHOUT_MANUAL_CAPTURE = frozenset({"alipay"})


class Transition(NamedTuple):
    """From which statuses it is legal, and Stripe's words where it isn't."""

    refusal: str
    participle: str
    allowed: tuple[str, ...]


CONFIRM = Transition(
    "You cannot confirm this PaymentIntent",
    "confirmed",
    ("requires_payment_method", "requires_confirmation", "requires_action"),
)
CAPTURE = Transition("This PaymentIntent could not be captured", "captured", ("requires_capture",))
CANCEL = Transition(
    "You cannot cancel this PaymentIntent",
    "canceled",
    (
        "requires_payment_method",
        "requires_capture",
        "requires_confirmation",
        "requires_action",
        "processing",
    ),
)

NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either"
    " update the PaymentIntent with a payment method and then confirm it again, or confirm it"
    " again directly with a payment method or ConfirmationToken."
)


def allowed_types(name: str, value: Any) -> list[str]:
    """Stripe leaves out what doesn't fit the payment."""
    types = p.texts(name, value)
    if not set(types) & {"card", *_WITHOUT_MANUAL_CAPTURE}:
        raise InvalidParameter(f"None of the {name} can be used for this payment.", param=name)
    return types


def no_longer_supported(name: str, _: Any) -> NoReturn:
    """Since API 2026-09-30, which version 16 of the library speaks."""
    raise InvalidParameter(
        f"`{name}` is no longer supported. Use `allowed_payment_method_types` instead.",
        code="payment_method_types_no_longer_supported",
        param=name,
    )


def refuse_unconfirmable(params: Body) -> None:
    if "payment_method" not in params:
        raise StripeError(400, NO_METHOD, code="parameter_missing", param="payment_method")
    if "allowed_payment_method_types" not in params and "return_url" not in params:
        raise StripeError(
            400,
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `allowed_payment_method_types`.",
        )


def refuse_without_confirm(params: Body) -> None:
    for name in _ONLY_WITH_CONFIRM & params.keys():
        raise StripeError(400, f"You can only set `{name}` when `confirm` is true.", param=name)


def suitable_types(params: Body) -> list[str]:
    """Those that were allowed, or all, as far as they can be captured as it was asked for."""
    allowed: list[str] = params.get("allowed_payment_method_types") or ["card", "alipay"]
    if params.get("capture_method") != "manual":
        return [each for each in allowed if each in {"card", *_WITHOUT_MANUAL_CAPTURE}]
    if "card" not in allowed:
        raise _can_not_be_held(allowed)
    return ["card"]


def refuse_unsuitable(method: Body, intent: Body) -> None:
    if method["type"] in intent["payment_method_types"]:
        return
    if intent["capture_method"] == "manual" and method["type"] in _WITHOUT_MANUAL_CAPTURE:
        raise _can_not_be_held([method["type"]])
    raise StripeError(
        400,
        f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent."
        " Please attach a PaymentMethod of one of the following types:"
        f" {', '.join(intent['payment_method_types'])}.",
        param="payment_method",
    )


def _can_not_be_held(types: list[str]) -> StripeError:
    return StripeError(
        400,
        f"The following payment method types {json.dumps(types)} can only be used with"
        " PaymentIntents that have capture_method=automatic. Please retry with"
        " capture_method=automatic.",
        param="capture_method",
    )


def refuse_illegal(transition: Transition, intent: Body) -> None:
    if intent["status"] not in transition.allowed:
        raise unexpected_state(
            intent,
            f"{transition.refusal} because it has a status of {intent['status']}. Only a"
            f" PaymentIntent with one of the following statuses may be {transition.participle}:"
            f" {', '.join(transition.allowed)}.",
        )

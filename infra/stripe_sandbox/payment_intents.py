"""PaymentIntents: https://docs.stripe.com/api/payment_intents."""

from typing import Any, NamedTuple, NoReturn

from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox import paying
from infra.stripe_sandbox.errors import InvalidParameter, StripeError, unexpected_state
from infra.stripe_sandbox.ledger import Movement
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.parameters import Parser
from infra.stripe_sandbox.payment_methods import usable
from infra.stripe_sandbox.session import Body, Session, random_text


class _Transition(NamedTuple):
    """From which statuses it is legal, and Stripe's words where it isn't."""

    refusal: str
    participle: str
    allowed: tuple[str, ...]


_CONFIRM = _Transition(
    "You cannot confirm this PaymentIntent",
    "confirmed",
    ("requires_payment_method", "requires_confirmation", "requires_action"),
)
_CAPTURE = _Transition(
    "This PaymentIntent could not be captured", "captured", ("requires_capture",)
)
_CANCEL = _Transition(
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

_ON_CONFIRM: dict[str, Parser] = {
    "error_on_requires_action": p.boolean,
    "off_session": p.boolean,
    "payment_method": p.text,
    "return_url": p.text,
}


def create(session: Session, params: Body) -> Body:
    customer = params.get("customer")
    if customer:
        session.find("customer", customer, param="customer")
    if params.get("confirm"):
        _refuse_unconfirmable(params)
    intent = _new(session, params)
    if "payment_method" not in params:
        return session.save(intent)
    method = usable(session, params["payment_method"], customer=customer)
    intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    session.save(intent)
    return paying.attempt(session, intent, method, params) if params.get("confirm") else intent


def confirm(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    if intent["status"] == "succeeded":
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being"
            " previously confirmed.",
        )
    _refuse_illegal(_CONFIRM, intent)
    if "payment_method" in params:
        method = usable(session, params["payment_method"], customer=intent["customer"])
    elif intent["payment_method"]:
        method = session.find("payment_method", intent["payment_method"])
    else:
        raise unexpected_state(intent, _NO_METHOD)
    return paying.attempt(session, intent, method, params)


def capture(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    if intent["status"] == "succeeded":
        raise unexpected_state(
            intent,
            "This PaymentIntent could not be captured because it has already been captured.",
        )
    _refuse_illegal(_CAPTURE, intent)
    amount: int = params.get("amount_to_capture") or intent["amount_capturable"]
    if amount > intent["amount_capturable"]:
        raise StripeError(
            400,
            "The payment could not be captured because the requested capture amount is greater"
            " than the amount you can capture for this charge.",
            code="amount_too_large",
            payment_intent=intent,
        )
    intent["metadata"] = p.with_metadata(intent["metadata"], params.get("metadata", {}))
    return paying.capture(session, intent, amount)


def cancel(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    _refuse_illegal(_CANCEL, intent)
    return paying.release(session, intent, params.get("cancellation_reason"), Movement.VOIDED)


def expire(session: Session, intent: Body) -> Body:
    """Nobody captured in time: Stripe cancels by itself, and says so since API 2025-03-31."""
    return paying.release(session, intent, "expired", Movement.EXPIRED)


def update(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    return session.save(
        intent
        | {
            "description": params.get("description", intent["description"]),
            "metadata": p.with_metadata(intent["metadata"], params.get("metadata", {})),
        }
    )


def retrieve(session: Session, params: Body) -> Body:
    return session.find("payment_intent", params["id"])


def list_all(session: Session, params: Body) -> Body:
    return listing(session, "payment_intent", "/v1/payment_intents", params)


_NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either"
    " update the PaymentIntent with a payment method and then confirm it again, or confirm it"
    " again directly with a payment method or ConfirmationToken."
)


def _allowed_types(name: str, value: Any) -> list[str]:
    """Stripe leaves out what doesn't fit the payment; this sandbox has cards only."""
    types = p.texts(name, value)
    if "card" not in types:
        raise InvalidParameter(f"None of the {name} can be used for this payment.", param=name)
    return types


def _no_longer_supported(name: str, _: Any) -> NoReturn:
    """Since API 2026-09-30, which version 16 of the library speaks."""
    raise InvalidParameter(
        f"`{name}` is no longer supported. Use `allowed_payment_method_types` instead.",
        code="payment_method_types_no_longer_supported",
        param=name,
    )


def _refuse_unconfirmable(params: Body) -> None:
    if "payment_method" not in params:
        raise StripeError(400, _NO_METHOD, code="parameter_missing", param="payment_method")
    if "allowed_payment_method_types" not in params and "return_url" not in params:
        raise StripeError(
            400,
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `allowed_payment_method_types`.",
        )


def _refuse_illegal(transition: _Transition, intent: Body) -> None:
    if intent["status"] not in transition.allowed:
        raise unexpected_state(
            intent,
            f"{transition.refusal} because it has a status of {intent['status']}. Only a"
            f" PaymentIntent with one of the following statuses may be {transition.participle}:"
            f" {', '.join(transition.allowed)}.",
        )


# What Stripe always sends and this sandbox has no use for.
_UNUSED: Body = {
    "amount_details": {"tip": {}},
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
} | dict.fromkeys(
    (
        "application",
        "application_fee_amount",
        "customer_account",
        "excluded_payment_method_types",
        "on_behalf_of",
        "payment_method_configuration_details",
        "processing",
        "receipt_email",
        "review",
        "shipping",
        "source",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
)


def _new(session: Session, params: Body) -> Body:
    types = params.get("allowed_payment_method_types")
    automatic = None if types else {"allow_redirects": "always", "enabled": True}
    intent = session.new("payment_intent") | {
        "allowed_payment_method_types": types,
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "confirmation_method": "automatic",
        "currency": params["currency"],
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": p.with_metadata({}, params.get("metadata", {})),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "setup_future_usage": params.get("setup_future_usage"),
        "status": "requires_payment_method",
    }
    secret = f"{intent['id']}_secret_{random_text(25)}"
    return intent | _UNUSED | {"client_secret": secret}


_PATH = "/v1/payment_intents"
_ONE = _PATH + "/{id}"

OPERATIONS = (
    Operation(
        method="POST",
        path=_PATH,
        run=create,
        accepts=_ON_CONFIRM
        | {
            "allowed_payment_method_types": _allowed_types,
            "amount": p.amount,
            "capture_method": p.choice("automatic", "automatic_async", "manual"),
            "confirm": p.boolean,
            "currency": p.currency,
            "customer": p.text,
            "description": p.optional_text,
            "metadata": p.metadata,
            "payment_method_types": _no_longer_supported,
            "setup_future_usage": p.choice("off_session", "on_session"),
        },
        required=("amount", "currency"),
    ),
    Operation(method="POST", path=_ONE + "/confirm", run=confirm, accepts=_ON_CONFIRM),
    Operation(
        method="POST",
        path=_ONE + "/capture",
        run=capture,
        accepts={"amount_to_capture": p.amount, "metadata": p.metadata},
    ),
    Operation(
        method="POST",
        path=_ONE + "/cancel",
        run=cancel,
        accepts={
            "cancellation_reason": p.choice(
                "duplicate", "fraudulent", "requested_by_customer", "abandoned"
            )
        },
    ),
    Operation(
        method="POST",
        path=_ONE,
        run=update,
        accepts={"description": p.optional_text, "metadata": p.metadata},
    ),
    Operation(method="GET", path=_ONE, run=retrieve),
    Operation(method="GET", path=_PATH, run=list_all, accepts=PAGE | {"customer": p.text}),
)

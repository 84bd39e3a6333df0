"""PaymentIntents: https://docs.stripe.com/api/payment_intents."""

from infra.stripe_sandbox import events, paying
from infra.stripe_sandbox import intent_rules as rules
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.errors import StripeError, unexpected_state
from infra.stripe_sandbox.ledger import Movement
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.parameters import Parser
from infra.stripe_sandbox.payment_methods import usable
from infra.stripe_sandbox.session import Body, Session, random_text

_ON_CONFIRM: dict[str, Parser] = {
    "error_on_requires_action": p.boolean,
    "off_session": p.off_session,
    "payment_method": p.text,
    "return_url": p.text,
    "setup_future_usage": p.choice("off_session", "on_session"),
}


def create(session: Session, params: Body) -> Body:
    customer = params.get("customer")
    if customer:
        session.find("customer", customer, param="customer")
    if params.get("confirm"):
        rules.refuse_unconfirmable(params)
    else:
        rules.refuse_without_confirm(params)
    intent = _new(session, params)
    method = None
    if "payment_method" in params:
        method = usable(session, params["payment_method"], customer=customer)
        rules.refuse_unsuitable(method, intent)
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    session.save(intent)
    events.record(session, "payment_intent.created", intent)
    if method and params.get("confirm"):
        return paying.attempt(session, intent, method, params)
    return intent


def confirm(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    if intent["status"] == "succeeded":
        raise unexpected_state(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded after being"
            " previously confirmed.",
        )
    rules.refuse_illegal(rules.CONFIRM, intent)
    if "payment_method" in params:
        method = usable(session, params["payment_method"], customer=intent["customer"])
    elif intent["payment_method"]:
        method = session.find("payment_method", intent["payment_method"])
    else:
        raise unexpected_state(intent, rules.NO_METHOD)
    rules.refuse_unsuitable(method, intent)
    if "setup_future_usage" in params:
        intent["setup_future_usage"] = params["setup_future_usage"]
    return paying.attempt(session, intent, method, params)


def capture(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    if intent["status"] == "succeeded":
        raise unexpected_state(
            intent,
            "This PaymentIntent could not be captured because it has already been captured.",
        )
    rules.refuse_illegal(rules.CAPTURE, intent)
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
    rules.refuse_illegal(rules.CANCEL, intent)
    return paying.release(session, intent, params.get("cancellation_reason"), Movement.VOIDED)


def update(session: Session, params: Body) -> Body:
    intent = session.find("payment_intent", params["id"])
    return session.save(
        intent
        | {
            "description": params.get("description", intent["description"]),
            "metadata": p.with_metadata(intent["metadata"], params.get("metadata", {})),
            "setup_future_usage": params.get("setup_future_usage", intent["setup_future_usage"]),
        }
    )


def retrieve(session: Session, params: Body) -> Body:
    return session.find("payment_intent", params["id"])


def list_all(session: Session, params: Body) -> Body:
    return listing(session, "payment_intent", "/v1/payment_intents", params)


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
        "payment_method_types": rules.suitable_types(params),
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
            "allowed_payment_method_types": rules.allowed_types,
            "amount": p.amount,
            "capture_method": p.choice("automatic", "automatic_async", "manual"),
            "confirm": p.boolean,
            "currency": p.currency,
            "customer": p.text,
            "description": p.optional_text,
            "metadata": p.metadata,
            "payment_method_types": rules.no_longer_supported,
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
        accepts={
            "description": p.optional_text,
            "metadata": p.metadata,
            "setup_future_usage": _ON_CONFIRM["setup_future_usage"],
        },
    ),
    Operation(method="GET", path=_ONE, run=retrieve),
    Operation(method="GET", path=_PATH, run=list_all, accepts=PAGE | {"customer": p.text}),
)

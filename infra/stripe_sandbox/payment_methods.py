"""PaymentMethods: https://docs.stripe.com/api/payment_methods.

There is no way to type a card in: a PaymentMethod is made from a test name, by attaching it to
a Customer or by using it in a PaymentIntent. One that was only used can't be used again.
"""

from infra.stripe_sandbox import events
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.cards import BY_LAST4, TEST_METHODS, Card
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.operations import Operation
from infra.stripe_sandbox.session import Body, Session

_ALIPAY = TEST_METHODS["pm_sandbox_capturedAtOnce"]
_USED_UP = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer"
    " attachment, shared with a connected account without Customer attachment, or was detached"
    " from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must"
    " attach it to a Customer first."
)


def attach(session: Session, params: Body) -> Body:
    customer = session.find("customer", params["customer"], param="customer")
    method = _made_or_found(session, params["id"])
    if method["customer"] == customer["id"]:
        return method
    if method["customer"]:
        raise StripeError(
            400, "The payment method you provided has already been attached to a customer."
        )
    if params["id"] not in TEST_METHODS:
        raise StripeError(
            400,
            "This PaymentMethod was previously used without being attached to a Customer or was"
            " detached from a Customer, and may not be used again.",
        )
    card = card_of(method)
    if card.decline and not card.attachable:
        raise StripeError(
            402,
            card.decline.message,
            type="card_error",
            code=card.decline.code,
            decline_code=card.decline.decline_code,
        )
    return give_to(session, method, customer["id"])


def give_to(session: Session, method: Body, customer: str) -> Body:
    """The method as the customer's own."""
    method = session.save(method | {"customer": customer})
    events.record(session, "payment_method.attached", method)
    return method


def retrieve(session: Session, params: Body) -> Body:
    return _made_or_found(session, params["id"])


def usable(session: Session, method_id: str, *, customer: str | None) -> Body:
    """The PaymentMethod to charge for a customer; a test name gives a fresh one, saved."""
    method = _made_or_found(session, method_id, param="payment_method")
    if method_id in TEST_METHODS:
        return session.save(method)
    if method["customer"] is None:
        raise StripeError(400, _USED_UP)
    if customer is None:
        raise StripeError(
            400,
            "The PaymentMethod provided is attached to a customer so for security purposes you"
            " must provide the customer in the request.",
        )
    if method["customer"] != customer:
        raise StripeError(
            400,
            f"The customer does not have a payment method with the ID {method_id}. The payment"
            " method must be attached to the customer.",
            code="resource_missing",
            param="payment_method",
        )
    return method


def card_of(method: Body) -> Card:
    """What the method was made from."""
    return BY_LAST4[method["card"]["last4"]] if method["type"] == "card" else _ALIPAY


def _made_or_found(session: Session, method_id: str, param: str | None = None) -> Body:
    if card := TEST_METHODS.get(method_id):
        return _new(session, card)
    return session.find("payment_method", method_id, param)


def _new(session: Session, card: Card) -> Body:
    return session.new("payment_method") | {
        "allow_redisplay": "unspecified",
        "billing_details": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        card.type: _card(card) if card.type == "card" else {},
        "customer": None,
        "customer_account": None,
        "metadata": {},
        "type": card.type,
    }


def _card(card: Card) -> Body:
    unchecked = dict.fromkeys(("address_line1_check", "address_postal_code_check"))
    return {
        "brand": card.brand,
        "checks": unchecked | {"cvc_check": "unchecked"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"sandbox{card.last4}",
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


OPERATIONS = (
    Operation(method="GET", path="/v1/payment_methods/{id}", run=retrieve),
    Operation(
        method="POST",
        path="/v1/payment_methods/{id}/attach",
        run=attach,
        accepts={"customer": p.text},
        required=("customer",),
    ),
)

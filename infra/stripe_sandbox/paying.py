"""What happens to a PaymentIntent's money: authorized, captured, released, or declined.

Each function writes the charge, the intent and the ledger, and leaves the intent in the status
that https://docs.stripe.com/payments/paymentintents/lifecycle gives for it.
"""

from infra.stripe_sandbox import charges, schedule
from infra.stripe_sandbox.cards import DECLINED, Card, Decline
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.ledger import Movement, record
from infra.stripe_sandbox.payment_methods import card_of
from infra.stripe_sandbox.session import Body, Session

_AUTHENTICATION_REQUIRED = Decline(
    "Your card was declined. This transaction requires authentication.",
    code="authentication_required",
    decline_code="authentication_required",
)
_ACTION_NOT_HANDLED = Decline(
    "This payment required an authentication action to complete, but `error_on_requires_action`"
    " was set. When you're ready, you can upgrade your integration to handle actions at"
    " https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions.",
    code="authentication_required",
    decline_code="authentication_not_handled",
)
_FAILED_AUTHENTICATION = {
    "code": "payment_intent_authentication_failure",
    "doc_url": "https://stripe.com/docs/error-codes/payment-intent-authentication-failure",
    "message": "The provided PaymentMethod has failed authentication. You can provide"
    " payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
    "type": "invalid_request_error",
}


def attempt(session: Session, intent: Body, method: Body, params: Body) -> Body:
    """Charge the card, or ask the customer's bank first where the card wants that."""
    if not card_of(method).challenges:
        return charge(session, intent, method)
    if params.get("off_session"):
        raise declined(session, intent, method, _AUTHENTICATION_REQUIRED)
    if params.get("error_on_requires_action"):
        raise declined(session, intent, method, _ACTION_NOT_HANDLED)
    challenge = {
        "type": "use_stripe_sdk",
        "use_stripe_sdk": {
            "type": "three_d_secure_redirect",
            "stripe_js": f"/_authenticate/{intent['id']}",
        },
    }
    return session.save(
        intent
        | {"status": "requires_action", "payment_method": method["id"], "next_action": challenge}
    )


def charge(session: Session, intent: Body, method: Body) -> Body:
    card = card_of(method)
    if card.decline:
        raise declined(session, intent, method, card.decline)
    if intent["setup_future_usage"] and intent["customer"]:
        session.save(method | {"customer": intent["customer"]})
    held = session.save(charges.new(session, intent, method))
    record(session, Movement.AUTHORIZED, intent, amount=held["amount"])
    intent = intent | {
        "last_payment_error": None,
        "latest_charge": held["id"],
        "next_action": None,
        "payment_method": method["id"],
    }
    if intent["capture_method"] == "manual":
        return _hold(session, intent, held, card)
    return _take(session, intent, held, held["amount"])


def capture(session: Session, intent: Body, amount: int) -> Body:
    held = session.find("charge", intent["latest_charge"])
    method = session.find("payment_method", intent["payment_method"])
    if card_of(method).capture_fails:
        session.save(charges.failed(held, DECLINED))
        _end_hold(session, intent, Movement.VOIDED)
        raise declined(session, intent, method, DECLINED, failed=held["id"])
    return _take(session, intent, held, amount)


def release(session: Session, intent: Body, reason: str | None, movement: Movement) -> Body:
    """Cancel; whatever was held goes back to the customer."""
    if intent["amount_capturable"]:
        _end_hold(session, intent, movement)
    return session.save(
        intent
        | {
            "amount_capturable": 0,
            "canceled_at": int(session.now),
            "cancellation_reason": reason,
            "next_action": None,
            "status": "canceled",
        }
    )


def authenticated(session: Session, intent: Body) -> Body:
    """The customer's bank said yes. A decline after it is the intent's, and nobody's answer."""
    try:
        return charge(session, intent, session.find("payment_method", intent["payment_method"]))
    except StripeError:
        return session.find("payment_intent", intent["id"])


def refused(session: Session, intent: Body) -> Body:
    """The customer's bank said no, or the customer did."""
    method = session.find("payment_method", intent["payment_method"])
    return _without_method(session, intent, _FAILED_AUTHENTICATION | {"payment_method": method})


def declined(
    session: Session, intent: Body, method: Body, decline: Decline, *, failed: str | None = None
) -> StripeError:
    """The refusal to raise; `failed` is the charge that failed, by default a new one."""
    if failed is None:
        attempted = charges.failed(charges.new(session, intent, method), decline)
        failed = session.save(attempted)["id"]
    details = {
        "charge": failed,
        "code": decline.code,
        "decline_code": decline.decline_code,
        "payment_method": method,
        "type": "card_error",
    }
    error = StripeError(402, decline.message, **details)
    intent = intent | {"latest_charge": failed, "amount_capturable": 0}
    error.error["payment_intent"] = _without_method(session, intent, dict(error.error))
    return error


def _without_method(session: Session, intent: Body, error: Body) -> Body:
    return session.save(
        intent
        | {
            "last_payment_error": error,
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )


def _hold(session: Session, intent: Body, held: Body, card: Card) -> Body:
    capture_before = int(session.now) + card.hold_seconds
    held["payment_method_details"]["card"]["capture_before"] = capture_before
    session.save(held)
    schedule.appoint(session, intent["id"], due_at=capture_before)
    return session.save(
        intent | {"amount_capturable": held["amount"], "status": "requires_capture"}
    )


def _take(session: Session, intent: Body, held: Body, amount: int) -> Body:
    session.save(charges.captured(held, amount))
    schedule.cancel(session, intent["id"])
    record(session, Movement.CAPTURED, intent, amount=amount)
    record(session, Movement.VOIDED, intent, amount=held["amount"] - amount)
    return session.save(
        intent | {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    )


def _end_hold(session: Session, intent: Body, movement: Movement) -> None:
    schedule.cancel(session, intent["id"])
    record(session, movement, intent, amount=intent["amount_capturable"])

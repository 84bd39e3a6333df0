"""What happens to a PaymentIntent's money: authorized, captured, released, or declined.

Each function writes the charge, the intent and the ledger, and leaves the intent in the status
that https://docs.stripe.com/payments/paymentintents/lifecycle gives for it.
"""

from infra.stripe_sandbox import charges, events, schedule
from infra.stripe_sandbox.cards import DECLINED, Card, Decline
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.ledger import Movement, record
from infra.stripe_sandbox.payment_methods import card_of, give_to
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
    off_session = bool(params.get("off_session"))
    if not _wants_authentication(session, method, off_session=off_session):
        return charge(session, intent, method)
    if off_session:
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
    intent = session.save(
        intent
        | {"status": "requires_action", "payment_method": method["id"], "next_action": challenge}
    )
    events.record(session, "payment_intent.requires_action", intent)
    return intent


def charge(session: Session, intent: Body, method: Body) -> Body:
    card = card_of(method)
    decline = DECLINED if card.declines_again and _has_paid(session, method) else card.decline
    if decline:
        raise declined(session, intent, method, decline)
    if intent["setup_future_usage"] and intent["customer"] and not method["customer"]:
        method = give_to(session, method, intent["customer"])
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
    return _charge_at_once(session, intent, held)


def capture(session: Session, intent: Body, amount: int) -> Body:
    held = session.find("charge", intent["latest_charge"])
    method = session.find("payment_method", intent["payment_method"])
    if card_of(method).capture_fails:
        failed = session.save(charges.failed(held, DECLINED))
        events.record(session, "charge.failed", failed)
        _end_hold(session, intent, Movement.VOIDED)
        raise declined(session, intent, method, DECLINED, failed=held["id"])
    taken = _take(session, intent, held, amount)
    events.record(session, "charge.captured", taken)
    return _paid(session, intent, taken)


def expire(session: Session, intent: Body) -> Body:
    """Nobody captured in time: Stripe cancels by itself, and says so since API 2025-03-31."""
    events.record(session, "charge.expired", session.find("charge", intent["latest_charge"]))
    return release(session, intent, "expired", Movement.EXPIRED)


def release(session: Session, intent: Body, reason: str | None, movement: Movement) -> Body:
    """Cancel; whatever was held goes back to the customer."""
    if intent["amount_capturable"]:
        _end_hold(session, intent, movement)
    intent = session.save(
        intent
        | {
            "amount_capturable": 0,
            "canceled_at": int(session.now),
            "cancellation_reason": reason,
            "next_action": None,
            "status": "canceled",
        }
    )
    events.record(session, "payment_intent.canceled", intent)
    return intent


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
        events.record(session, "charge.failed", attempted)
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
    intent = session.save(
        intent
        | {
            "last_payment_error": error,
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )
    events.record(session, "payment_intent.payment_failed", intent)
    return intent


def _wants_authentication(session: Session, method: Body, *, off_session: bool) -> bool:
    challenges = card_of(method).challenges
    if not off_session:
        return challenges != "never"
    if challenges == "unless_set_up":
        return not _is_set_up(session, method)
    return challenges == "always"


def _is_set_up(session: Session, method: Body) -> bool:
    """Whether the customer agreed, in a payment before, to payments off session."""
    agreed = {
        "customer": method["customer"],
        "payment_method": method["id"],
        "setup_future_usage": "off_session",
        # Charged, and not cancelled before that.
        "latest_charge": {"gt": ""},
    }
    return session.first("payment_intent", agreed) is not None


def _has_paid(session: Session, method: Body) -> bool:
    paid = {"customer": method["customer"], "payment_method": method["id"], "paid": True}
    return session.first("charge", paid) is not None


def _hold(session: Session, intent: Body, held: Body, card: Card) -> Body:
    capture_before = int(session.now) + card.hold_seconds
    held["payment_method_details"]["card"]["capture_before"] = capture_before
    session.save(held)
    events.record(session, "charge.succeeded", held)
    schedule.appoint(session, intent["id"], due_at=capture_before)
    intent = session.save(
        intent | {"amount_capturable": held["amount"], "status": "requires_capture"}
    )
    events.record(session, "payment_intent.amount_capturable_updated", intent)
    return intent


def _charge_at_once(session: Session, intent: Body, held: Body) -> Body:
    taken = _take(session, intent, held, held["amount"])
    events.record(session, "charge.succeeded", taken)
    intent = _paid(session, intent, taken)
    if intent["capture_method"] == "automatic_async":
        # Of Stripe's own charge the balance transaction is known only by now.
        events.record(session, "charge.updated", taken)
    return intent


def _take(session: Session, intent: Body, held: Body, amount: int) -> Body:
    """The charge, captured."""
    schedule.cancel(session, intent["id"])
    record(session, Movement.CAPTURED, intent, amount=amount)
    record(session, Movement.VOIDED, intent, amount=held["amount"] - amount)
    taken = session.save(charges.captured(held, amount))
    if card_of(session.find("payment_method", taken["payment_method"])).dispute:
        schedule.appoint(session, taken["id"], due_at=session.now + schedule.LATER_SECONDS)
    return taken


def _paid(session: Session, intent: Body, taken: Body) -> Body:
    intent = session.save(
        intent
        | {
            "amount_capturable": 0,
            "amount_received": taken["amount_captured"],
            "status": "succeeded",
        }
    )
    events.record(session, "payment_intent.succeeded", intent)
    return intent


def _end_hold(session: Session, intent: Body, movement: Movement) -> None:
    schedule.cancel(session, intent["id"])
    record(session, movement, intent, amount=intent["amount_capturable"])

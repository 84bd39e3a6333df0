"""Stripe's answers in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import stripe

from adapters.stripe import declines
from adapters.stripe.amounts import from_stripe
from domain.charges import Charge, Refund
from domain.errors import AuthorizationLost, CaptureFailed, PaymentDeclined
from domain.payments import RefundState

# Whatever else Stripe calls a refund, it is on its way.
_REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class KeySpent(Exception):
    """A server error that Stripe stored under the idempotency key and will only ever replay.

    Unlike other weather it is no use to ask again with the same key; nor does it say whether
    anything happened (https://docs.stripe.com/api/idempotent_requests).
    """


@contextmanager
def keyed() -> Iterator[None]:
    """Tell a stored server error, raised as `KeySpent`, from one that may pass."""
    try:
        yield
    except stripe.APIError as error:
        if error.headers and error.headers.get("idempotent-replayed") == "true":
            raise KeySpent("Stripe stored a server error under the key, and replays it.") from error
        raise


def charge_of(intent: stripe.PaymentIntent) -> Charge:
    return Charge(
        id=intent.id,
        held=from_stripe(intent.amount_capturable, intent.currency),
        captured=from_stripe(intent.amount_received, intent.currency),
        settled=intent.status in ("succeeded", "canceled"),
    )


def authorized(intent: stripe.PaymentIntent) -> Charge:
    """With a refusal where nothing is held or taken."""
    charge = charge_of(intent)
    if charge.held or charge.captured:
        return charge
    if charge.settled:
        return replace(charge, refusal=PaymentDeclined(declines.LAPSED))
    error = intent.last_payment_error
    why = declines.reason(error.decline_code, error.code) if error else declines.UNUSABLE
    return replace(charge, refusal=PaymentDeclined(why))


def uncaptured(intent: stripe.PaymentIntent, error: stripe.StripeError) -> Charge:
    """After a capture that was answered with `error`: taken before, or with a refusal."""
    charge = charge_of(intent)
    if charge.captured:
        return charge
    if charge.settled or error.code == "charge_expired_for_capture":
        return replace(charge, refusal=AuthorizationLost(declines.LAPSED))
    return replace(charge, refusal=CaptureFailed(declines.NOT_TAKEN))


def refund_of(refund: stripe.Refund) -> Refund:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return Refund(
        key=metadata.get("step", ""),
        id=refund.id,
        state=_REFUND_STATES.get(refund.status or "", RefundState.PENDING),
    )

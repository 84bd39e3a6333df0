"""Stripe's answers in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import stripe

from adapters.stripe import declines
from adapters.stripe.amounts import from_stripe
from domain.charges import Charge, Intent, Refund
from domain.disputes import Dispute, DisputeState
from domain.errors import AuthorizationLost, CaptureFailed, PaymentDeclined
from domain.money import Money
from domain.refunds import RefundState

# Whatever else Stripe calls a refund, it is on its way.
_REFUND_STATES = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
_DISPUTE_STATES = {
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "appeal_needs_response": DisputeState.OPEN,
    "appeal_under_review": DisputeState.OPEN,
}


class KeySpent(Exception):
    """A server error that Stripe stored under the idempotency key and will only ever replay.

    Unlike other weather it is no use to ask again with the same key; nor does it say whether
    anything happened (https://docs.stripe.com/api/idempotent_requests).
    """


class StillProcessing(Exception):
    """The bank has not answered Stripe yet: weather, because it will."""


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
    waits = intent.status == "requires_action"
    return Charge(
        id=intent.id,
        held=from_stripe(intent.amount_capturable, intent.currency),
        captured=from_stripe(intent.amount_received, intent.currency),
        settled=intent.status in ("succeeded", "canceled"),
        client_secret=intent.client_secret if waits else None,
        capture_before=_capture_before(intent),
    )


def authorized(intent: stripe.PaymentIntent) -> Charge:
    """With a refusal where nothing is held or taken, nor waits for the customer.

    Raises `StillProcessing`.
    """
    charge = charge_of(intent)
    if charge.held or charge.captured or charge.client_secret:
        return charge
    if intent.status == "processing":
        raise StillProcessing("The bank has not answered yet.")
    if charge.settled:
        return replace(charge, refusal=PaymentDeclined(declines.LAPSED))
    error = intent.last_payment_error
    # Stripe leaves out the codes that an error has not.
    codes = error.to_dict() if error else {}
    why = declines.reason(codes.get("decline_code"), codes.get("code"))
    return replace(charge, refusal=PaymentDeclined(why if error else declines.UNUSABLE))


def uncaptured(intent: stripe.PaymentIntent, error: stripe.StripeError) -> Charge:
    """After a capture that was answered with `error`: taken before, or with a refusal."""
    charge = charge_of(intent)
    if charge.captured:
        return charge
    if charge.settled or error.code == "charge_expired_for_capture":
        return replace(charge, refusal=AuthorizationLost(declines.LAPSED))
    return replace(charge, refusal=CaptureFailed(declines.NOT_TAKEN))


def intent_of(intent: stripe.PaymentIntent) -> Intent:
    return Intent(
        charge=charge_of(intent), order_id=_order_of(intent), created_at=_time(intent.created)
    )


def refund_of(refund: stripe.Refund) -> Refund:
    metadata = refund.metadata.to_dict() if refund.metadata else {}
    return Refund(
        key=metadata.get("step", ""),
        id=refund.id,
        amount=from_stripe(refund.amount, refund.currency),
        state=_REFUND_STATES.get(refund.status or "", RefundState.PENDING),
    )


def dispute_of(dispute: stripe.Dispute) -> Dispute | None:
    """`dispute` with its PaymentIntent expanded. None where no money of an order's was taken.

    An inquiry (`warning_…`) takes nothing back, and neither does a dispute that was prevented.
    """
    intent = dispute.payment_intent
    state = _DISPUTE_STATES.get(dispute.status)
    order_id = _order_of(intent) if isinstance(intent, stripe.PaymentIntent) else None
    if state is None or order_id is None:
        return None
    due_by = dispute.evidence_details.due_by
    currency = dispute.currency.upper()
    return Dispute(
        dispute_id=dispute.id,
        order_id=order_id,
        amount=Money(from_stripe(dispute.amount, dispute.currency), currency),
        state=state,
        reason=dispute.reason,
        opened_at=_time(dispute.created),
        due_by=_time(due_by) if due_by else None,
    )


def _capture_before(intent: stripe.PaymentIntent) -> datetime | None:
    """Of an intent with its `latest_charge` expanded, while it holds money."""
    charge = intent.latest_charge
    if not intent.amount_capturable or not isinstance(charge, stripe.Charge):
        return None
    details = charge.payment_method_details
    card = details.card if details else None
    return _time(card.capture_before) if card and card.capture_before else None


def _order_of(intent: stripe.PaymentIntent) -> UUID | None:
    try:
        return UUID(intent.metadata.to_dict().get("order_id", ""))
    except ValueError:
        return None


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

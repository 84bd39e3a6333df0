"""Refunds: https://docs.stripe.com/api/refunds."""

from typing import Literal

from infra.stripe_sandbox import disputes, events, schedule
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.cards import Refunding
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.ledger import Movement, record
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.payment_methods import card_of
from infra.stripe_sandbox.session import Body, Session, random_text

_ON_A_CARD = {
    "reference_status": "pending",
    "reference_type": "acquirer_reference_number",
    "type": "refund",
}


def create(session: Session, params: Body) -> Body:
    charge = _charge(session, params)
    intent = session.find("payment_intent", charge["payment_intent"])
    amount = _refundable(session, charge, intent, params.get("amount"))
    method = session.find("payment_method", charge["payment_method"])
    refunding = _refunding(session, charge, method)
    if refunding.status is None:
        raise _refused(charge)
    refund = _new(session, charge, method, params | {"amount": amount})
    refund["status"] = refunding.status
    if refunding.status == "pending":
        refund["pending_reason"] = "processing"
    if refunding.later:
        due_at = session.now + schedule.LATER_SECONDS
        schedule.appoint(session, refund["id"], due_at=due_at)
    record(session, Movement.REFUNDED, intent, amount=amount, refund=refund)
    session.save(refund)
    events.record(session, "refund.created", refund)
    events.record(session, "charge.refunded", _count(session, charge, amount))
    return refund


def settle(
    session: Session, refund: Body, status: Literal["succeeded", "failed"] | None = None
) -> Body:
    """The bank's last word; without a `status`, the one that the card stands for."""
    method = session.find("payment_method", refund["payment_method"])
    schedule.cancel(session, refund["id"])
    if (status or card_of(method).refund.later) == "failed":
        refund = _fail(session, refund)
        events.record(session, "refund.failed", refund)
    else:
        refund.pop("pending_reason", None)
        refund = session.save(refund | {"status": "succeeded"})
    events.record(session, "refund.updated", refund)
    events.record(session, "charge.refund.updated", refund)
    return refund


def retrieve(session: Session, params: Body) -> Body:
    return session.find("refund", params["id"])


def list_all(session: Session, params: Body) -> Body:
    return listing(session, "refund", "/v1/refunds", params)


def _charge(session: Session, params: Body) -> Body:
    if "charge" in params:
        return session.find("charge", params["charge"], param="charge")
    if "payment_intent" not in params:
        raise StripeError(
            400,
            "One of the following params should be provided for this request: payment_intent or"
            " charge.",
        )
    intent = session.find("payment_intent", params["payment_intent"], param="payment_intent")
    if intent["latest_charge"] is None:
        raise _nothing_to_refund(intent)
    return session.find("charge", intent["latest_charge"])


def _refunding(session: Session, charge: Body, method: Body) -> Refunding:
    """What becomes of the next refund of a charge."""
    refunding = card_of(method).refund
    if refunding.only_the_first and _had_refund(session, charge):
        return Refunding("succeeded")
    return refunding


def _had_refund(session: Session, charge: Body) -> bool:
    where = {"payment_intent": charge["payment_intent"], "charge": charge["id"]}
    return session.first("refund", where) is not None


def _new(session: Session, charge: Body, method: Body, params: Body) -> Body:
    destination = (
        {"card": _ON_A_CARD, "type": "card"}
        if method["type"] == "card"
        else {method["type"]: {}, "type": method["type"]}
    )
    return session.new("refund") | {
        "amount": params["amount"],
        "balance_transaction": f"txn_{random_text(24)}",
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": destination,
        "metadata": p.with_metadata({}, params.get("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": method["id"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "transfer_reversal": None,
    }


def _refundable(session: Session, charge: Body, intent: Body, asked: int | None) -> int:
    """The amount to refund: what was asked for, or all that remains."""
    if not charge["captured"]:
        raise _nothing_to_refund(intent)
    disputes.refuse_charged_back(session, charge)
    remaining: int = charge["amount_captured"] - charge["amount_refunded"]
    if remaining == 0:
        raise StripeError(
            400,
            f"Charge {charge['id']} has already been refunded.",
            code="charge_already_refunded",
        )
    if asked is not None and asked > remaining:
        raise StripeError(
            400,
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({remaining})",
            param="amount",
        )
    return asked or remaining


def _nothing_to_refund(intent: Body) -> StripeError:
    return StripeError(
        400, f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
    )


def _refused(charge: Body) -> StripeError:
    return StripeError(
        400, f"Charge {charge['id']} is not refundable.", code="charge_not_refundable"
    )


def _count(session: Session, charge: Body, amount: int) -> Body:
    """The charge with so much more refunded, or less."""
    refunded = charge["amount_refunded"] + amount
    return session.save(
        charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount_captured"]}
    )


def _fail(session: Session, refund: Body) -> Body:
    """The money comes back to the account and can be refunded again."""
    refund.pop("pending_reason", None)
    refund |= {
        "failure_balance_transaction": f"txn_{random_text(24)}",
        "failure_reason": "unknown",
        "status": "failed",
    }
    _count(session, session.find("charge", refund["charge"]), -refund["amount"])
    intent = session.find("payment_intent", refund["payment_intent"])
    record(session, Movement.REFUND_FAILED, intent, amount=refund["amount"], refund=refund)
    return session.save(refund)


_PATH = "/v1/refunds"

OPERATIONS = (
    Operation(
        method="POST",
        path=_PATH,
        run=create,
        accepts={
            "amount": p.amount,
            "charge": p.text,
            "metadata": p.metadata,
            "payment_intent": p.text,
            "reason": p.choice("duplicate", "fraudulent", "requested_by_customer"),
        },
    ),
    Operation(method="GET", path=_PATH + "/{id}", run=retrieve),
    Operation(
        method="GET",
        path=_PATH,
        run=list_all,
        accepts=PAGE | {"charge": p.text, "payment_intent": p.text},
    ),
)

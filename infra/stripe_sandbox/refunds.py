"""Refunds: https://docs.stripe.com/api/refunds."""

from typing import Literal

from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox import schedule
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.ledger import Movement, record
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.payment_methods import card_of
from infra.stripe_sandbox.session import Body, Session, random_text

# Stripe says "some time later" of a refund that will fail and of one that is pending.
SETTLES_AFTER_SECONDS = 5


def create(session: Session, params: Body) -> Body:
    charge = _charge(session, params)
    intent = session.find("payment_intent", charge["payment_intent"])
    amount = _refundable(charge, intent, params.get("amount"))
    method = session.find("payment_method", charge["payment_method"])
    card = card_of(method)
    pending = card.refund == "succeeds_later"
    refund = session.new("refund") | {
        "amount": amount,
        "balance_transaction": f"txn_{random_text(24)}",
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": p.with_metadata({}, params.get("metadata", {})),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pending else "succeeded",
        "transfer_reversal": None,
    }
    if pending:
        refund["pending_reason"] = "processing"
    if card.refund != "succeeds":
        schedule.appoint(session, refund["id"], due_at=session.now + SETTLES_AFTER_SECONDS)
    _count(session, charge, amount)
    record(session, Movement.REFUNDED, intent, amount=amount, refund=refund)
    return session.save(refund)


def settle(
    session: Session, refund: Body, status: Literal["succeeded", "failed"] | None = None
) -> Body:
    """The bank's last word; without a `status`, the one that the card stands for."""
    method = session.find("payment_method", refund["payment_method"])
    fails = card_of(method).refund == "fails_later"
    schedule.cancel(session, refund["id"])
    if (status or ("failed" if fails else "succeeded")) == "failed":
        return _fail(session, refund)
    refund.pop("pending_reason", None)
    return session.save(refund | {"status": "succeeded"})


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


def _refundable(charge: Body, intent: Body, asked: int | None) -> int:
    """The amount to refund: what was asked for, or all that remains."""
    if not charge["captured"]:
        raise _nothing_to_refund(intent)
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


def _count(session: Session, charge: Body, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    session.save(
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

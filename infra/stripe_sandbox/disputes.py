"""Disputes: https://docs.stripe.com/api/disputes. A customer asks the bank for the money back."""

from typing import Literal

from infra.stripe_sandbox import events, schedule
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.cards import Complaint
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.ledger import Movement, record
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.payment_methods import card_of
from infra.stripe_sandbox.session import Body, Session, random_text

# How long the evidence may take: it depends on the network, and is about this for most.
ANSWER_SECONDS = 9 * 24 * 60 * 60

_CLOSED = ("won", "lost", "warning_closed")
# What Stripe's own test mode takes for convincing: https://docs.stripe.com/testing#evidence.
_VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def open_by_card(session: Session, charge: Body) -> None:
    """What the card stands for, unless the charge was disputed or given back before."""
    method = session.find("payment_method", charge["payment_method"])
    complaint = card_of(method).dispute
    if complaint and disputable(charge):
        open_on(session, charge, complaint, amount=disputable(charge))


def disputable(charge: Body) -> int:
    """How much of a charge can be disputed, in minor units: once, and nothing that is back."""
    if charge["disputed"]:
        return 0
    return int(charge["amount_captured"] - charge["amount_refunded"])


def open_on(session: Session, charge: Body, complaint: Complaint, *, amount: int) -> Body:
    """A dispute takes the money at once, an inquiry doesn't."""
    dispute = _new(session, charge, complaint, amount)
    session.save(charge | {"disputed": True})
    if not complaint.is_inquiry:
        dispute["balance_transactions"] = [_balance_transaction(session, dispute, -amount)]
        _record(session, Movement.DISPUTED, dispute)
    session.save(dispute)
    schedule.appoint(session, dispute["id"], due_at=dispute["evidence_details"]["due_by"])
    events.record(session, "charge.dispute.created", dispute)
    if not complaint.is_inquiry:
        events.record(session, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(
    session: Session, dispute: Body, status: Literal["won", "lost", "warning_closed"]
) -> Body:
    """A dispute ends `won` or `lost`, an inquiry `warning_closed`."""
    schedule.cancel(session, dispute["id"])
    dispute |= {"status": status, "is_charge_refundable": status != "lost"}
    if status == "won":
        back = _balance_transaction(session, dispute, dispute["amount"])
        dispute["balance_transactions"].append(back)
        _record(session, Movement.DISPUTE_WON, dispute)
        events.record(session, "charge.dispute.funds_reinstated", dispute)
    session.save(dispute)
    events.record(session, "charge.dispute.closed", dispute)
    return dispute


def decide(session: Session, dispute: Body) -> Body:
    """The end that comes by itself: what the evidence is worth, and nothing is worth nothing."""
    if is_inquiry(dispute):
        return close(session, dispute, "warning_closed")
    verdict = _VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "", "lost")
    return close(session, dispute, "won" if verdict == "won" else "lost")


def is_closed(dispute: Body) -> bool:
    return dispute["status"] in _CLOSED


def is_inquiry(dispute: Body) -> bool:
    return bool(dispute["status"].startswith("warning_"))


def refuse_charged_back(session: Session, charge: Body) -> None:
    """No refund of what the customer has back, or may have back."""
    where = {"payment_intent": charge["payment_intent"], "charge": charge["id"]}
    dispute = session.first("dispute", where) if charge["disputed"] else None
    if dispute and not dispute["is_charge_refundable"]:
        raise StripeError(
            400,
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )


def update(session: Session, params: Body) -> Body:
    """Evidence, sent to the bank unless `submit` is false. A verdict comes some time later."""
    dispute = _open(session, params["id"])
    dispute["metadata"] = p.with_metadata(dispute["metadata"], params.get("metadata", {}))
    if "evidence" in params:
        dispute["evidence"] |= params["evidence"]
        dispute["evidence_details"]["has_evidence"] = True
        if params.get("submit", True):
            _submit(session, dispute)
    session.save(dispute)
    events.record(session, "charge.dispute.updated", dispute)
    return dispute


def accept(session: Session, params: Body) -> Body:
    """There is nothing to say against it: lost."""
    return close(session, _open(session, params["id"]), "lost")


def retrieve(session: Session, params: Body) -> Body:
    return session.find("dispute", params["id"])


def list_all(session: Session, params: Body) -> Body:
    return listing(session, "dispute", "/v1/disputes", params)


def _open(session: Session, dispute_id: str) -> Body:
    dispute = session.find("dispute", dispute_id)
    if is_closed(dispute):
        raise StripeError(400, f"This dispute is already closed: it is {dispute['status']}.")
    return dispute


def _submit(session: Session, dispute: Body) -> None:
    dispute["status"] = "warning_under_review" if is_inquiry(dispute) else "under_review"
    dispute["evidence_details"]["submission_count"] += 1
    dispute["evidence_details"]["submission_method"] = "manual"
    if dispute["evidence"]["uncategorized_text"] in _VERDICTS:
        due_at = session.now + schedule.LATER_SECONDS
        schedule.appoint(session, dispute["id"], due_at=due_at)


def _new(session: Session, charge: Body, complaint: Complaint, amount: int) -> Body:
    card = charge["payment_method_details"].get("card")
    case_type = "inquiry" if complaint.is_inquiry else "chargeback"
    return session.new("dispute") | {
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": int(session.now) + ANSWER_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": complaint.is_inquiry,
        "metadata": {},
        "network_reason_code": None,
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": case_type,
                "network": card["network"],
                "network_reason_code": None,
            },
            "type": "card",
        }
        if card
        else None,
        "reason": complaint.reason,
        "status": "warning_needs_response" if complaint.is_inquiry else "needs_response",
    }


def _balance_transaction(session: Session, dispute: Body, amount: int) -> Body:
    """What a dispute does to the balance, without a fee of Stripe's."""
    withdrawn = amount < 0
    return {
        "amount": amount,
        "available_on": int(session.now),
        "balance_type": "payments",
        "created": int(session.now),
        "currency": dispute["currency"],
        "description": f"Chargeback {'withdrawal' if withdrawn else 'reversal'}"
        f" for {dispute['charge']}",
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "id": f"txn_{random_text(24)}",
        "net": amount,
        "object": "balance_transaction",
        "reporting_category": "dispute" if withdrawn else "dispute_reversal",
        "source": dispute["id"],
        "status": "available",
        "type": "adjustment",
    }


def _record(session: Session, movement: Movement, dispute: Body) -> None:
    intent = session.find("payment_intent", dispute["payment_intent"])
    record(session, movement, intent, amount=dispute["amount"])


_PATH = "/v1/disputes"
_ONE = _PATH + "/{id}"

OPERATIONS = (
    Operation(method="GET", path=_ONE, run=retrieve),
    Operation(
        method="POST",
        path=_ONE,
        run=update,
        accepts={
            "evidence": p.hash_of(*_EVIDENCE),
            "metadata": p.metadata,
            "submit": p.boolean,
        },
    ),
    Operation(method="POST", path=_ONE + "/close", run=accept),
    Operation(
        method="GET",
        path=_PATH,
        run=list_all,
        accepts=PAGE | {"charge": p.text, "payment_intent": p.text},
    ),
)

"""What Stripe has, against what payments has."""

from collections.abc import Iterator

from domain.casework import MadeAuthorization
from domain.differences import Difference, Kind
from domain.payments import PaymentStatus
from domain.refunds import RefundState
from domain.witnesses import ChargeRecord, Facts

_WAITING = frozenset({PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION})


def _charges(facts: Facts) -> Iterator[Difference]:
    """Payments against Stripe, one PaymentIntent after the other."""
    for charge, attempt in facts.known.items():
        if attempt.payment_intent_id is None:
            # Its answer was lost: a running order asks again, an ended one is undone by its key.
            continue
        if differs := _charge(facts, charge, attempt):
            kind, words = differs
            yield facts.difference(kind, words, subject=charge.intent_id, amount=charge.money)


def _charge(
    facts: Facts, charge: ChargeRecord, attempt: MadeAuthorization
) -> tuple[Kind, str] | None:
    name = f"charge {charge.intent_id}"
    if attempt.status in _WAITING and charge.status not in _WAITING:
        status = charge.status.plain
        return Kind.MISSED_WEBHOOK, f"The {name} is {status} at Stripe, and we still wait for it."
    if charge.captured != attempt.captured.amount:
        taken, here = facts.money(charge.captured), attempt.captured
        return Kind.CAPTURE_UNKNOWN, f"Stripe took {taken} of the {name}; we have {here}."
    if charge.held != attempt.held.amount:
        held, here = facts.money(charge.held), attempt.held
        return Kind.HOLD_DIFFERS, f"Stripe holds {held} of the {name}; we have {here}."
    return None


def _refunds_at_stripe(facts: Facts) -> Iterator[Difference]:
    if not facts.known:
        return
    there = sum(charge.refunded for charge in facts.known)
    here = facts.refunded_at_stripe(RefundState.SUCCEEDED, RefundState.PENDING)
    told = f"Stripe gave {facts.money(there)} back; we have {facts.money(here)}."
    if there > here:
        words = f"{told} Somebody may have refunded it at Stripe by hand."
        yield facts.difference(Kind.REFUND_UNKNOWN, words, amount=there - here)
    elif there < here:
        words = f"{told} The customer's bank returned a refund."
        yield facts.difference(Kind.REFUND_RETURNED, words, amount=here - there)


def _disputes(facts: Facts) -> Iterator[Difference]:
    disputes = facts.payment.disputes if facts.payment else []
    here = {dispute.dispute_id: dispute.state for dispute in disputes}
    for dispute in (dispute for charge in facts.known for dispute in charge.disputes):
        state = here.get(dispute.dispute_id)
        if state is not dispute.state:
            ours = f"we have {state}" if state else "we know nothing of it"
            words = f"The dispute {dispute.dispute_id} is {dispute.state} at Stripe; {ours}."
            yield facts.difference(
                Kind.DISPUTE_UNKNOWN,
                words,
                subject=dispute.dispute_id,
                amount=dispute.amount.amount,
            )


def _unknown_charges(facts: Facts) -> Iterator[Difference]:
    """Money at Stripe that payments never asked for: of an order, or of nobody."""
    for charge in facts.charges:
        if charge in facts.known or charge.money <= 0:
            continue
        has = f"The charge {charge.intent_id} has {facts.money(charge.money)} of a customer"
        kind, words = Kind.UNKNOWN_CHARGE, f"{has}, besides what the order was paid with."
        if facts.order is None and facts.payment is None:
            kind, words = Kind.STRANGERS_MONEY, f"{has}, and belongs to no order."
        yield facts.difference(kind, words, subject=charge.intent_id, amount=charge.money)


RULES = (_charges, _refunds_at_stripe, _disputes, _unknown_charges)

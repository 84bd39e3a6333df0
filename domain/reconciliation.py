"""Where the witnesses of one order disagree. Pure: facts in, differences in plain words out.

Each rule looks at one thing. An order in motion differs for a moment without being wrong: who
compares looks twice, and counts what is still there.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from domain.casework import MadeAuthorization
from domain.differences import Difference, Kind, is_own_case
from domain.ledger import CUSTOMER, PSP, REFUNDS_DUE
from domain.money import Money
from domain.orders import OrderStatus
from domain.payments import OrderPayment, PaymentStatus, RefundState, RefundStatus, Resolution
from domain.stock import ReservationState
from domain.witnesses import ChargeRecord, Facts, Run

_WAITING = frozenset({PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION})

_BY_A_PERSON = frozenset({Resolution.PAID_BY_HAND, Resolution.WAIVED})

Rule = Callable[[Facts], Iterator[Difference]]


def compare(facts: Facts) -> list[Difference]:
    """Every difference, but those that a person has decided about."""
    decided = {case.key for case in facts.cases if case.resolution in _BY_A_PERSON}
    found = [difference for rule in _RULES for difference in rule(facts)]
    return [difference for difference in found if difference.key not in decided]


def _charges(facts: Facts) -> Iterator[Difference]:
    """Payments against Stripe, one PaymentIntent after the other."""
    for charge, attempt in facts.known.items():
        if attempt.payment_intent_id is None:
            # Its answer was lost: a running order asks again, an ended one is undone by its key.
            continue
        if differs := _charge(facts, charge, attempt):
            kind, words = differs
            yield _difference(facts, kind, words, subject=charge.intent_id, amount=charge.money)


def _charge(
    facts: Facts, charge: ChargeRecord, attempt: MadeAuthorization
) -> tuple[Kind, str] | None:
    name = f"charge {charge.intent_id}"
    if attempt.status in _WAITING and charge.status not in _WAITING:
        status = _plain(charge.status)
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
        yield _difference(facts, Kind.REFUND_UNKNOWN, words, amount=there - here)
    elif there < here:
        words = f"{told} The customer's bank returned a refund."
        yield _difference(facts, Kind.REFUND_RETURNED, words, amount=here - there)


def _disputes(facts: Facts) -> Iterator[Difference]:
    disputes = facts.payment.disputes if facts.payment else []
    here = {dispute.dispute_id: dispute.state for dispute in disputes}
    for dispute in (dispute for charge in facts.known for dispute in charge.disputes):
        state = here.get(dispute.dispute_id)
        if state is not dispute.state:
            ours = f"we have {state}" if state else "we know nothing of it"
            words = f"The dispute {dispute.dispute_id} is {dispute.state} at Stripe; {ours}."
            yield _difference(
                facts,
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
        yield _difference(facts, kind, words, subject=charge.intent_id, amount=charge.money)


def _workflow(facts: Facts) -> Iterator[Difference]:
    if facts.order and not facts.order.status.is_final and facts.run is not Run.RUNNING:
        words = (
            f"The order is {_plain(facts.order.status)}, and its workflow is {facts.run}: nobody "
            "brings it to its end."
        )
        yield _difference(facts, Kind.WORKFLOW_LOST, words)


def _row(facts: Facts) -> Iterator[Difference]:
    if facts.order is None or facts.payment is None:
        return
    row, payment = facts.order.payment, facts.payment.payment
    if row.refund_status is RefundStatus.PENDING and facts.has_keeper(*facts.undos):
        # The order said so when it handed the refund on, which has not begun to pay.
        payment = replace(payment, refund_status=row.refund_status)
    shown, here = _standing(row), _standing(payment)
    if shown != here:
        words = f"The order shows its money as {shown}; it is {here}."
        yield _difference(facts, Kind.ROW_BEHIND, words)


def _row_missing(facts: Facts) -> Iterator[Difference]:
    if facts.order is None and facts.payment:
        money = facts.kept + facts.payment.payment.authorized.amount
        if money > 0:
            words = f"An order that is not there has {facts.money(money)} of a customer."
            yield _difference(facts, Kind.ROW_MISSING, words, amount=money)


def _stock(facts: Facts) -> Iterator[Difference]:
    if facts.is_over and facts.reservation is ReservationState.HELD:
        words = "The order has ended, and holds dishes and a place in the kitchen."
        yield _difference(facts, Kind.STOCK_HELD, words)


def _without_food(facts: Facts) -> Iterator[Difference]:
    """Nothing stays held, and nothing is kept that nobody is giving back."""
    if not facts.ended_without_food or facts.has_keeper(*facts.undos):
        return
    here = sum(attempt.held.amount for attempt in facts.attempts)
    unanswered = sum(
        charge.money for charge, attempt in facts.known.items() if attempt.payment_intent_id is None
    )
    held = unanswered + max(here, sum(charge.held for charge in facts.known))
    if held:
        words = f"The order ended without food, and {facts.money(held)} are still held."
        yield _difference(facts, Kind.HELD_WITHOUT_FOOD, words, amount=held)
    if facts.kept > 0:
        words = f"The order ended without food, and {facts.money(facts.kept)} were kept."
        yield _difference(facts, Kind.KEPT_WITHOUT_FOOD, words, amount=facts.kept)


def _refunds(facts: Facts) -> Iterator[Difference]:
    """A refund that was promised and is not made needs the workflow that makes it."""
    if facts.run is Run.RUNNING:
        return
    for key, amount in _owed(facts).items():
        if not facts.has_keeper(key):
            words = f"A refund of {amount} was promised, and nobody makes it."
            yield _difference(
                facts, Kind.REFUND_ABANDONED, words, subject=key, amount=amount.amount
            )


def _owed(facts: Facts) -> dict[str, Money]:
    """By key what was promised and not made. A failed undo is none: it shows in what is kept."""
    latest = {refund.part_of: refund.amount for refund in facts.refunds}
    states = {
        key: {refund.state for refund in facts.refunds if refund.part_of == key} for key in latest
    }
    return {
        key: amount
        for key, amount in latest.items()
        if RefundState.PENDING in states[key]
        or (states[key] == {RefundState.FAILED} and key not in facts.undos)
    }


def _cases(facts: Facts) -> Iterator[Difference]:
    for case in facts.cases:
        abandoned = case.resolved_at is None and case.key not in facts.refunding
        if abandoned and not is_own_case(case.key):
            words = f"A case of {case.amount} is open, and nobody tries the refund."
            yield _difference(
                facts, Kind.CASE_ABANDONED, words, subject=case.key, amount=case.amount.amount
            )


def _ledger(facts: Facts) -> Iterator[Difference]:
    """It has what the payment service has; and at rest nothing is open between us and anybody."""
    if facts.payment is None:
        return
    ledger = facts.payment.ledger
    due = facts.payment.payment.captured.amount - facts.disputed
    due -= facts.refunded_at_stripe(RefundState.SUCCEEDED)
    wrong = {PSP: ledger.get(PSP, 0) - due}
    if _is_at_rest(facts):
        wrong |= {account: ledger.get(account, 0) for account in (CUSTOMER, REFUNDS_DUE)}
    named = [f"{account} by {facts.money(by)}" for account, by in wrong.items() if by]
    if named:
        words = f"The ledger differs from what was taken and given back: {', '.join(named)}."
        amount = max(map(abs, wrong.values()))
        yield _difference(facts, Kind.LEDGER_DIFFERS, words, amount=amount)


def _is_at_rest(facts: Facts) -> bool:
    if facts.payment is None or not facts.is_over or facts.refunding or facts.payment.disputes:
        return False
    if _owed(facts) or any(case.resolved_at is None for case in facts.cases):
        return False
    return facts.kept == 0 if facts.ended_without_food else facts.payment.is_settled


def _delivered(facts: Facts) -> Iterator[Difference]:
    """Food that was eaten is paid, and its money divided."""
    if not facts.is_over or facts.ended_without_food:
        return
    if facts.payment is None or not facts.payment.payment.captured.amount:
        words = "The food was delivered, and nothing was taken for it."
        yield _difference(facts, Kind.DELIVERED_UNPAID, words)
    elif not facts.payment.is_settled:
        words = "The food was delivered, and its money was never divided."
        yield _difference(facts, Kind.UNSETTLED, words)


_RULES: tuple[Rule, ...] = (
    _charges,
    _refunds_at_stripe,
    _disputes,
    _unknown_charges,
    _workflow,
    _row,
    _row_missing,
    _stock,
    _without_food,
    _refunds,
    _cases,
    _ledger,
    _delivered,
)


def _standing(payment: OrderPayment) -> str:
    """All that a row shows of a payment."""
    sums = f"{payment.authorized} held, {payment.captured} taken, {payment.refunded} given back"
    return f"{_plain(payment.status)} ({sums}; refund {payment.refund_status})"


def _plain(status: PaymentStatus | OrderStatus) -> str:
    return status.value.replace("_", " ")


def _difference(
    facts: Facts, kind: Kind, words: str, *, subject: str = "", amount: int = 0
) -> Difference:
    # What is at stake is above zero: it may have to become a case.
    money = facts.money(amount if amount > 0 else facts.at_stake)
    return Difference(
        kind=kind, order_id=facts.order_id, words=words, amount=money, subject=subject
    )

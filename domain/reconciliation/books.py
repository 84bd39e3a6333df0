"""The ledger, and how the money was divided."""

from collections.abc import Iterator

from domain.differences import Difference, Kind
from domain.ledger import CUSTOMER, PSP, REFUNDS_DUE
from domain.reconciliation.refunds import owed
from domain.refunds import RefundState
from domain.witnesses import Facts


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
        yield facts.difference(Kind.LEDGER_DIFFERS, words, amount=amount)


def _is_at_rest(facts: Facts) -> bool:
    if facts.payment is None or not facts.is_over or facts.refunding or facts.payment.disputes:
        return False
    if owed(facts) or any(case.is_open for case in facts.cases):
        return False
    if facts.ended_without_food and not facts.agreed:
        return facts.kept == 0
    return facts.payment.is_settled


def _divided(facts: Facts) -> Iterator[Difference]:
    """What was kept of a cancelled order is divided."""
    if facts.payment and facts.ended_without_food and facts.agreed and not facts.payment.is_settled:
        words = f"The {facts.money(facts.agreed)} kept of a cancelled order were never divided."
        yield facts.difference(Kind.UNSETTLED, words, amount=facts.agreed)


def _delivered(facts: Facts) -> Iterator[Difference]:
    """Food that was eaten is paid, and its money divided."""
    if not facts.is_over or facts.ended_without_food:
        return
    if facts.payment is None or not facts.payment.payment.captured.amount:
        words = "The food was delivered, and nothing was taken for it."
        yield facts.difference(Kind.DELIVERED_UNPAID, words)
    elif not facts.payment.is_settled:
        words = "The food was delivered, and its money was never divided."
        yield facts.difference(Kind.UNSETTLED, words)


RULES = (_ledger, _delivered, _divided)

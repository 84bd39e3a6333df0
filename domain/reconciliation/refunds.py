"""What was to go back: no more, no less, and somebody gives it."""

from collections.abc import Iterator

from domain.differences import Difference, Kind
from domain.money import Money
from domain.refunds import RefundReason, RefundState
from domain.witnesses import Facts, Run

_GIVEN = (RefundState.SUCCEEDED, RefundState.PENDING)


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
        yield facts.difference(Kind.HELD_WITHOUT_FOOD, words, amount=held)
    surplus = facts.kept - facts.agreed - _in_cases_of_their_own(facts)
    if surplus > 0:
        words = f"The order ended without food, and {facts.money(facts.kept)} were kept."
        if facts.agreed:
            words = f"{words[:-1]} instead of the {facts.money(facts.agreed)} that were agreed."
        yield facts.difference(Kind.KEPT_WITHOUT_FOOD, words, amount=surplus)


def _kept_too_little(facts: Facts) -> Iterator[Difference]:
    """What support gave back by a decision of its own is no mistake, before the end or after."""
    if facts.payment is None or not facts.ended_without_food:
        return
    agreed = facts.agreed - sum(
        refund.amount.amount for refund in facts.refunds if refund.reason is RefundReason.SUPPORT
    )
    missing = agreed - (facts.payment.payment.captured.amount - facts.refunded(*_GIVEN))
    if missing > 0:
        whole, lost = facts.money(facts.agreed), facts.money(missing)
        words = f"Of the {whole} that were to be kept {lost} went back too."
        yield facts.difference(Kind.KEPT_TOO_LITTLE, words, amount=missing)


def _refunds(facts: Facts) -> Iterator[Difference]:
    """A refund that was promised and is not made needs the workflow that makes it."""
    if facts.run is Run.RUNNING:
        return
    for key, amount in owed(facts).items():
        if not facts.has_keeper(key):
            words = f"A refund of {amount} was promised, and nobody makes it."
            yield facts.difference(Kind.REFUND_ABANDONED, words, subject=key, amount=amount.amount)


def _cases(facts: Facts) -> Iterator[Difference]:
    for case in facts.cases:
        abandoned = case.is_open and case.key not in facts.refunding
        if abandoned and case.is_of_refund:
            words = f"A case of {case.amount} is open, and nobody tries the refund."
            yield facts.difference(
                Kind.CASE_ABANDONED, words, subject=case.key, amount=case.amount.amount
            )


def owed(facts: Facts) -> dict[str, Money]:
    """By key what was promised and not made. A failed undo is none: it shows in what is kept."""
    latest = {refund.part_of: refund.amount for refund in facts.refunds}
    pending = {refund.part_of for refund in facts.refunds if refund.state is RefundState.PENDING}
    failed = _failed_parts(facts)
    return {key: amount for key, amount in latest.items() if key in pending or key in failed}


def _failed_parts(facts: Facts) -> dict[str, Money]:
    latest = {refund.part_of: refund.amount for refund in facts.refunds}
    done = {refund.part_of for refund in facts.refunds if refund.state is not RefundState.FAILED}
    return {key: amount for key, amount in latest.items() if key not in {*done, *facts.undos}}


def _in_cases_of_their_own(facts: Facts) -> int:
    """What parts are due, and their own keepers give back: the undo left it to them."""
    parts = _failed_parts(facts).items()
    return sum(amount.amount for key, amount in parts if facts.has_keeper(key))


RULES = (_without_food, _kept_too_little, _refunds, _cases)

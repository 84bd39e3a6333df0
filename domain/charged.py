"""What a customer was charged for an order, in the sentences that answer "I was charged twice"."""

from collections.abc import Iterable, Iterator
from functools import reduce

from domain.casework import MadeRefund, MoneyFile
from domain.differences import RECONCILIATION_CASES, Kind
from domain.money import Money
from domain.payments import PaymentStatus
from domain.refunds import RefundState

_FAILED = {PaymentStatus.FAILED, PaymentStatus.REQUIRES_ACTION, PaymentStatus.PENDING}


def charged(file: MoneyFile) -> list[str]:
    """Every charge, hold and refund is in one of them."""
    return [*_charges(file), *_holds(file), *_refunds(file), *_strangers(file)]


def _charges(file: MoneyFile) -> Iterator[str]:
    taken = [made.captured for made in file.authorizations if made.captured.amount]
    if not taken:
        yield "The customer was not charged."
    elif len(taken) == 1:
        yield f"The customer was charged once: {taken[0]}."
    else:
        yield f"The customer was charged {len(taken)} times: {', '.join(map(str, taken))}."


def _holds(file: MoneyFile) -> Iterator[str]:
    for made in file.authorizations:
        if made.status is PaymentStatus.AUTHORIZED:
            yield f"{made.held} is held on their card, and not taken."
    released = sum(made.status is PaymentStatus.VOIDED for made in file.authorizations)
    if released:
        yield (
            f"{_counted(released, 'hold')} released: the bank may show it for some days, "
            "and takes nothing."
        )
    failed = sum(made.status in _FAILED for made in file.authorizations)
    if failed:
        yield f"{_counted(failed, 'attempt')} not paid, and took nothing."


def _refunds(file: MoneyFile) -> Iterator[str]:
    sentences = {
        RefundState.SUCCEEDED: "has been given back",
        RefundState.PENDING: "is on its way back",
        RefundState.WAIVED: "is not given back, by decision",
    }
    for state, sentence in sentences.items():
        made = [refund for refund in file.refunds if refund.state is state]
        if made:
            yield f"{_sum(made)} {sentence}, in {_times(len(made))}."
    due = [case.amount for case in file.cases if case.is_open and case.is_of_refund]
    # Of what was only held a case says what is to be released.
    if due and any(made.captured.amount for made in file.authorizations):
        yield f"{reduce(Money.__add__, due)} is due to the customer, and could not be given back."


def _strangers(file: MoneyFile) -> Iterator[str]:
    """What reconciliation found at Stripe, and nobody has decided about."""
    for case in file.cases:
        if case.is_open and f"{RECONCILIATION_CASES}{Kind.UNKNOWN_CHARGE}" in case.key:
            yield f"Stripe has another charge of {case.amount} that is none of ours: see its case."


def _sum(made: Iterable[MadeRefund]) -> Money:
    return reduce(Money.__add__, (refund.amount for refund in made))


def _counted(count: int, noun: str) -> str:
    return f"One {noun} was" if count == 1 else f"{count} {noun}s were"


def _times(count: int) -> str:
    return "one refund" if count == 1 else f"{count} refunds"

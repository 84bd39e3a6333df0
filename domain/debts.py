"""What is owed of each of an order's cases.

One number: who shows it, pays it, approves it and books it asks here. Amounts are minor units.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.casework import MadeRefund, Resolution
from domain.errors import RefundNotDue
from domain.permissions import BANK_AT_WORK
from domain.refunds import RefundReason, RefundState

NOTHING_TAKEN = (
    "Nothing was taken of this order, so there is nothing to pay: what is held on the card is "
    "released by the next try that the payment service takes, or lapses by itself. Try it again."
)
NOTHING_OWED = (
    "Nothing of it is owed any more, or another refund of the order gives it back. Try it again: "
    "its case closes by itself once the customer has the money."
)
DISPUTED = (
    "The customer's bank took money of this order back, and with this the customer would have more "
    "than they paid. Answer the dispute: if it is won, this can be paid; if it is lost, waive it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debts:
    """An order's money, as what is owed follows from it.

    `owed` is what the account `refunds_due` has. `keep` is what the customer still pays of an
    order that was cancelled. `tries` are the oldest first, `cases` the keys of the open ones.
    `disputed` is what the customer's bank took back, and we did not win.
    """

    captured: int
    owed: int
    keep: int
    tries: Sequence[MadeRefund]
    cases: Collection[str]
    disputed: int

    @property
    def left(self) -> int:
        """What was taken, and is neither given back, nor owed, nor by decision left with us."""
        return self.captured - _made(self.tries) - self.owed

    def of(self, key: str) -> int:
        """Of a part what was promised and not made, of an undo all the rest.

        So what is owed of several cases is never counted twice. Zero or less where another refund
        gives it back, or none need to.
        """
        others = [each for each in self.tries if each.part_of != key]
        if self._is_part(key):
            return min(_unmade(self._tries_at(key)), self.owed - _pending(others))
        keys = {each.part_of: None for each in others}
        return self.owed + self.missing(key) - sum(map(self._reserved, keys))

    def missing(self, key: str) -> int:
        """What an undo that never came to plan anything owes, and nobody has promised."""
        return 0 if self._tries_at(key) else max(self.left - self.keep, 0)

    def to_decide(self, key: str, resolution: Resolution) -> int:
        """What a person decides about. Zero where what is waived is nobody's debt, as a hold.

        Raises `RefundNotDue`, also while Stripe has a refund of it on its way, and where it would
        be paid by hand to a customer who has it through their bank.
        """
        if any(each.is_at_the_bank for each in self._tries_at(key)):
            raise RefundNotDue(BANK_AT_WORK)
        amount = max(self.of(key), 0)
        if resolution is Resolution.PAID_BY_HAND and self._has_it_from_the_bank(amount):
            raise RefundNotDue(DISPUTED)
        if amount or (resolution is Resolution.WAIVED and not self._is_made(key)):
            return amount
        raise RefundNotDue(NOTHING_OWED if self.captured else NOTHING_TAKEN)

    def to_make(self, key: str) -> int:
        """What the next try is of: an undo gives back what parts owe, too."""
        if self._is_part(key):
            return self.of(key)
        return self.owed + self.missing(key) - self._on_its_way

    @property
    def _on_its_way(self) -> int:
        return _pending([each for each in self.tries if each.is_at_the_bank])

    def _has_it_from_the_bank(self, amount: int) -> bool:
        """What is on its way to them counts as if it were there."""
        if not (amount and self.disputed):
            return False
        there = _sum(self.tries, RefundState.SUCCEEDED) + self._on_its_way
        return there + self.disputed + amount > self.captured

    def _is_part(self, key: str) -> bool:
        own = self._tries_at(key)
        return bool(own) and own[0].reason is not RefundReason.ORDER_ENDED

    def _is_made(self, key: str) -> bool:
        """A part that the customer has. Of an undo a hold may be left, that somebody lets lapse."""
        return self._is_part(key) and _unmade(self._tries_at(key)) <= 0

    def _reserved(self, key: str) -> int:
        """For a refund that is on its way, or a part that is due in a case of its own."""
        tries = self._tries_at(key)
        is_due = key in self.cases and self._is_part(key)
        return max(_pending(tries), _unmade(tries) if is_due else 0)

    def _tries_at(self, key: str) -> list[MadeRefund]:
        return [each for each in self.tries if each.part_of == key]


def _unmade(tries: Sequence[MadeRefund]) -> int:
    """Every attempt but the first may be of what is left."""
    return tries[0].amount.amount - _made(tries)


def _made(tries: Sequence[MadeRefund]) -> int:
    return _sum(tries, RefundState.SUCCEEDED, RefundState.WAIVED)


def _pending(tries: Sequence[MadeRefund]) -> int:
    return _sum(tries, RefundState.PENDING)


def _sum(tries: Sequence[MadeRefund], *states: RefundState) -> int:
    return sum(each.amount.amount for each in tries if each.state in states)

"""The double-entry ledger: every movement of an order's money, as entries that sum to zero.

Amounts are signed minor units: positive is a debit, negative a credit. What a party has earned
and not been paid yet is a credit on its account.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.money import Money

PSP = "psp"
"""What the payment service holds for us."""
CUSTOMER = "customer"
"""What customers paid for food that was not delivered yet."""
REFUNDS_DUE = "refunds_due"
PLATFORM = "platform"
"""Our own earnings."""
BANK = "bank"
"""What was paid by hand, past the payment service."""
DISPUTES = "disputes"
"""What banks took back and have not decided about."""


def restaurant(restaurant_id: UUID) -> str:
    """The account of what a restaurant is to be paid."""
    return f"restaurant:{restaurant_id}"


def courier(courier_id: UUID) -> str:
    """The account of what a courier is to be paid."""
    return f"courier:{courier_id}"


class PostingKind(StrEnum):
    CAPTURED = "captured"
    REFUND_OWED = "refund_owed"
    REFUND_MADE = "refund_made"
    REFUND_RETURNED = "refund_returned"
    REFUND_PAID_BY_HAND = "refund_paid_by_hand"
    REFUND_WAIVED = "refund_waived"
    SETTLED = "settled"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    CORRECTION = "correction"


class Unbalanced(ValueError):
    """The entries of a posting don't sum to zero: a mistake of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One movement: written once per `key`, never changed. `entries` is account -> minor units."""

    key: str
    kind: PostingKind
    order_id: UUID
    currency: str
    entries: dict[str, int]

    def __post_init__(self) -> None:
        if sum(self.entries.values()) or not all(self.entries.values()):
            message = f"{self.kind}: the entries {self.entries} don't balance."
            raise Unbalanced(message)


def moved(
    kind: PostingKind, amount: Money, *, key: str, order_id: UUID, accounts: tuple[str, str]
) -> Posting:
    """`amount` (above zero) to the first of the accounts, its debit, from the second."""
    debit, credit = accounts
    return Posting(
        key=key,
        kind=kind,
        order_id=order_id,
        currency=amount.currency,
        entries={debit: amount.amount, credit: -amount.amount},
    )


Movement = tuple[PostingKind, tuple[str, str]]
"""The kind of a posting, and the two accounts of it, as `moved` takes them."""

TAKEN: Movement = (PostingKind.CAPTURED, (PSP, CUSTOMER))
REFUND_MADE: Movement = (PostingKind.REFUND_MADE, (REFUNDS_DUE, PSP))
REFUND_RETURNED: Movement = (PostingKind.REFUND_RETURNED, (PSP, REFUNDS_DUE))
REFUND_PAID_BY_HAND: Movement = (PostingKind.REFUND_PAID_BY_HAND, (REFUNDS_DUE, BANK))


def refund_owed(liable_account: str, *, is_settled: bool) -> Movement:
    """The liable party's loss once the money was divided; until then it is the customer's."""
    debit = liable_account if is_settled else CUSTOMER
    return PostingKind.REFUND_OWED, (debit, REFUNDS_DUE)


def refund_waived(bearer: str) -> Movement:
    """`bearer` was to bear it, and now need not."""
    return PostingKind.REFUND_WAIVED, (REFUNDS_DUE, bearer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What an account stands at, in one currency: signed like the entries."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry as a statement shows it. `posting_id` tells apart what happened at one time."""

    posting_id: int
    at: datetime
    kind: PostingKind
    order_id: UUID
    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An account's day (UTC) in one currency; `closing` is `opening` and all of the day's lines.

    `lines` are one page of them, the oldest first. All amounts are signed like the entries.
    """

    account: str
    day: date
    opening: Money
    closing: Money
    lines: list[Line]

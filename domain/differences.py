"""What can differ between the witnesses of an order, and the one right answer to each."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.money import Money
from domain.orders import Actor, Cancellation, step_key

WORKFLOW_LOST = Cancellation(
    by=Actor.SYSTEM,
    code="workflow_lost",
    reason="The order stopped halfway because of a fault of ours.",
)
"""Why an order ends whose workflow is gone: nobody would bring it to its end any more."""

_STEP = "reconcile"
RECONCILIATION_CASES = f":{_STEP}:"
"""In the key of every case that reconciliation opened: it is of no refund."""


class Kind(StrEnum):
    """What may differ."""

    MISSED_WEBHOOK = "missed_webhook"
    HOLD_DIFFERS = "hold_differs"
    CAPTURE_UNKNOWN = "capture_unknown"
    REFUND_UNKNOWN = "refund_unknown"
    REFUND_RETURNED = "refund_returned"
    DISPUTE_UNKNOWN = "dispute_unknown"
    WORKFLOW_LOST = "workflow_lost"
    ROW_BEHIND = "row_behind"
    STOCK_HELD = "stock_held"
    HELD_WITHOUT_FOOD = "held_without_food"
    KEPT_WITHOUT_FOOD = "kept_without_food"
    KEPT_TOO_LITTLE = "kept_too_little"
    REFUND_ABANDONED = "refund_abandoned"
    CASE_ABANDONED = "case_abandoned"
    LEDGER_DIFFERS = "ledger_differs"
    ROW_MISSING = "row_missing"
    STRANGERS_MONEY = "strangers_money"
    UNKNOWN_CHARGE = "unknown_charge"
    DELIVERED_UNPAID = "delivered_unpaid"
    UNSETTLED = "unsettled"


class Repair(StrEnum):
    """The one right answer to a difference; `PERSON` where there is none."""

    ASK_ORDER = "ask_order"
    REFRESH = "refresh"
    LOOK_AT_DISPUTE = "look_at_dispute"
    END_ORDER = "end_order"
    RECORD_PAYMENT = "record_payment"
    RELEASE_STOCK = "release_stock"
    REFUND = "refund"
    POST = "post"
    SETTLE = "settle"
    PERSON = "person"


REPAIRS: dict[Kind, Repair] = {
    Kind.MISSED_WEBHOOK: Repair.ASK_ORDER,
    Kind.HOLD_DIFFERS: Repair.REFRESH,
    Kind.CAPTURE_UNKNOWN: Repair.REFRESH,
    Kind.REFUND_UNKNOWN: Repair.REFRESH,
    Kind.REFUND_RETURNED: Repair.REFRESH,
    Kind.DISPUTE_UNKNOWN: Repair.LOOK_AT_DISPUTE,
    Kind.WORKFLOW_LOST: Repair.END_ORDER,
    Kind.ROW_BEHIND: Repair.RECORD_PAYMENT,
    Kind.STOCK_HELD: Repair.RELEASE_STOCK,
    Kind.HELD_WITHOUT_FOOD: Repair.REFUND,
    Kind.KEPT_WITHOUT_FOOD: Repair.REFUND,
    Kind.REFUND_ABANDONED: Repair.REFUND,
    Kind.CASE_ABANDONED: Repair.REFUND,
    Kind.LEDGER_DIFFERS: Repair.POST,
    # Nobody takes money from a customer's card once more.
    Kind.KEPT_TOO_LITTLE: Repair.PERSON,
    # Whose money it is, only a person can find out: there is nothing here to ask.
    Kind.ROW_MISSING: Repair.PERSON,
    Kind.STRANGERS_MONEY: Repair.PERSON,
    # Mostly a second charge for one order. Which of the two pays the food is not ours to choose,
    # and payments can't plan a refund of a charge that is none of its own.
    Kind.UNKNOWN_CHARGE: Repair.PERSON,
    Kind.DELIVERED_UNPAID: Repair.PERSON,
    Kind.UNSETTLED: Repair.SETTLE,
}

# Of these the order's id only stands for an order, or names one whose row is gone.
_OF_NO_ORDER = frozenset({Kind.ROW_MISSING, Kind.STRANGERS_MONEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where the witnesses of an order disagree, in `words` for support staff.

    `subject` names what it is about where an order may have several: a PaymentIntent, a dispute,
    or the key of a refund. `amount` is what is at stake.
    """

    kind: Kind
    order_id: UUID
    words: str
    amount: Money
    subject: str = ""

    @property
    def key(self) -> str:
        """The same each time that it is found: also the key of its case."""
        return ":".join(
            filter(None, (step_key(self.order_id, _STEP), self.kind.value, self.subject))
        )

    @property
    def has_order(self) -> bool:
        return self.kind not in _OF_NO_ORDER

    @property
    def repair(self) -> Repair:
        return REPAIRS[self.kind]


def is_of_reconciliation(key: str) -> bool:
    """Whether reconciliation opened the case: no refund's workflow looks after it."""
    return RECONCILIATION_CASES in key


def is_of_no_order(key: str) -> bool:
    """Whether nothing here is told of the order that the case names: there is no page of it."""
    kind, _, _ = key.partition(RECONCILIATION_CASES)[2].partition(":")
    return kind in _OF_NO_ORDER


def subject_of(key: str) -> str:
    """What a case that reconciliation opened is about: the subject of its difference."""
    _, _, subject = key.partition(RECONCILIATION_CASES)[2].partition(":")
    return subject


def charge_of(key: str) -> str | None:
    """The PaymentIntent that a case is about, where reconciliation opened it about one."""
    subject = subject_of(key)
    return subject if subject.startswith("pi_") else None

"""Money that goes back: all of it as an undo, or a part by decision; owed until it is there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.desk import Mandate
from domain.money import Money
from domain.payments import OrderPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment:
    """Undo of the capture `undoes`: give back all that was captured and is not refunded yet.

    Leaves a tombstone under `undoes`. `attempt` counts from 1: a refund that the bank accepted and
    later failed is made again as a new one. `currency` as in `VoidPayment`. `keep` is what the
    customer still pays: None gives everything back.
    """

    order_id: UUID
    key: str
    undoes: str
    currency: str
    attempt: int = 1
    keep: Money | None = None


class Liable(StrEnum):
    """Out of whose earnings a refund is made."""

    PLATFORM = "platform"
    RESTAURANT = "restaurant"
    COURIER = "courier"


class RefundReason(StrEnum):
    """Why money goes back. What a person wrote about it stays in Postgres."""

    ORDER_ENDED = "order_ended"
    ITEMS_UNAVAILABLE = "items_unavailable"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPart:
    """Give a part back, by decision. Planned first, so that two never promise the same money.

    `liable_account` is the ledger's account it comes out of once the order was settled.
    `request_hash` tells the same key with another request apart; `attempt` as in `RefundPayment`.
    `mandate` is of the person of support who decided it; what the system decides needs none.
    """

    order_id: UUID
    key: str
    amount: Money
    liable: Liable
    liable_account: str
    reason: RefundReason
    request_hash: str = ""
    remark_id: UUID | None = None
    attempt: int = 1
    mandate: Mandate | None = None


class RefundState(StrEnum):
    """Of one refund. `WAIVED`: by decision it is not made, and nothing is owed any more."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundResult:
    """`SUCCEEDED` with nothing refunded means that there was nothing to give back."""

    state: RefundState
    payment: OrderPayment


class Owed(StrEnum):
    """What keeps the customer's money: a hold on the card, or our having taken all of it or more
    than we should have.
    """

    HELD = "held"
    CAPTURED = "captured"
    PART = "part"


@dataclass(frozen=True, slots=True, kw_only=True)
class OweMoney:
    """The input of a refund's workflow: `amount` is what is owed at most, to read.

    `authorizations` are the keys to bury where all of it is undone. `part` says what a partial
    refund is, and is None for the undo of a whole payment. `attempt`, `told` and `written` are
    where a refund that went on for very long left off, as `due_since` is since when it is a case.
    """

    order_id: UUID
    customer_id: UUID
    restaurant_id: UUID
    amount: Money
    owed: Owed
    authorizations: list[str]
    part: RefundPart | None = None
    attempt: int = 1
    told: bool = False
    written: int = 0
    due_since: datetime | None = None
    case_owner: UUID | None = None
    case_deadline: datetime | None = None
    keep: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindDue:
    """What is owed now of the undo or the part `key`, because it may have become less.

    `held` is the answer where nothing is: it is what there is to release then. `keep` as in
    `RefundPayment`.
    """

    order_id: UUID
    key: str
    held: Money
    keep: Money | None = None

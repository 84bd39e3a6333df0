"""The money of an order: held at checkout, taken when the restaurant accepts, given back after."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.money import Money


class PaymentStatus(StrEnum):
    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    FAILED = "failed"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class RefundStatus(StrEnum):
    """Of an order. `none` also after a void: nothing was taken."""

    NONE = "none"
    PENDING = "pending"
    PARTIAL = "partial"
    FULL = "full"
    # Owed, could not be made yet, and a person has it.
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPayment:
    """Where the money stands. `authorized` is what is still held: zero once captured or voided.

    `version` counts its changes: who writes it down elsewhere never replaces a higher one.
    """

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money
    refund_status: RefundStatus = RefundStatus.NONE
    version: int = 0

    @classmethod
    def pending(cls, currency: str) -> "OrderPayment":
        nothing = Money.zero(currency)
        return cls(
            status=PaymentStatus.PENDING, authorized=nothing, captured=nothing, refunded=nothing
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizePayment:
    """Hold `amount` on the customer's payment method.

    `again` is an authorization after the first, made while the customer is away: what is left of
    the earlier ones is released before it, and nobody can be asked to authenticate.
    """

    order_id: UUID
    key: str
    customer_id: UUID
    amount: Money
    payment_method: str
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPayment:
    """Look at what became of the authorization `key`, whose customer had to authenticate."""

    order_id: UUID
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshPayment:
    """Look at everything of an order's money at the payment service, and write what differs."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What became of an authorization: authorized, requires_action, or captured at once.

    `capture_before` is when the hold lapses (UTC); None where nothing is held.
    """

    payment: OrderPayment
    capture_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturePayment:
    """Take `amount` of what is held; the rest is released.

    Where the method was captured at once, nothing moves, and `amount` may be less than was taken.
    """

    order_id: UUID
    key: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidPayment:
    """Undo of every authorization: release what is held, refund what was captured after all.

    Leaves tombstones under `undoes`, so that an authorization that lands later is undone too.
    `currency` is that of the answer where no payment was begun yet.
    """

    order_id: UUID
    key: str
    undoes: list[str]
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPayment:
    """Undo of the capture `undoes`: give back all that was captured and is not refunded yet.

    Leaves a tombstone under `undoes`. `attempt` counts from 1: a refund that the bank accepted and
    later failed is made again as a new one. `currency` as in `VoidPayment`.
    """

    order_id: UUID
    key: str
    undoes: str
    currency: str
    attempt: int = 1


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


class Resolution(StrEnum):
    """How a case ended. The first needs nobody: the refund went through after all."""

    REFUNDED = "refunded"
    PAID_BY_HAND = "paid_by_hand"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Money is owed that could not be given back: from now on it is somebody's.

    `key` is that of the undo or of the partial refund. Opening it again changes only `why`.
    """

    order_id: UUID
    key: str
    amount: Money
    why: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """End the case `key`, where there is one.

    By hand there is a `reference` (of the bank transfer, say); `by` is the person's account, and
    `remark_id` the reason they wrote.
    """

    order_id: UUID
    key: str
    resolution: Resolution
    by: UUID | None = None
    reference: str = ""
    remark_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What somebody earns of an order: `account` is one of the ledger's."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment:
    """Divide an order's money, once per `key`: the shares come out of `payer`'s account."""

    order_id: UUID
    key: str
    payer: str
    shares: list[Share]


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A customer's bank took the money back and asks who is right; we may answer until `due_by`."""

    dispute_id: str
    order_id: UUID
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime
    due_by: datetime | None

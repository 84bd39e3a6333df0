"""What people look after: refunds that can't be made, disputes, and news of nobody's objects."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.desk import Mandate
from domain.differences import is_of_no_order, is_of_reconciliation
from domain.disputes import Dispute
from domain.money import Money
from domain.payments import PaymentStatus
from domain.refunds import Liable, RefundReason, RefundState


class Resolution(StrEnum):
    """How a case ended. The first needs nobody: the refund went through after all."""

    REFUNDED = "refunded"
    PAID_BY_HAND = "paid_by_hand"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Money is owed that could not be given back: from now on it is somebody's.

    `key` is that of the undo or of the partial refund. Opening it again changes `why`, and the
    `amount` to what is owed then.
    """

    order_id: UUID
    key: str
    amount: Money
    why: str
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """End the case `key`, where there is one.

    By hand there is a `reference` (of the bank transfer, say); `amount` as in `ResolveRefund`. `by`
    is the person's account, and `remark_id` the reason they wrote. `keep` as in `RefundPayment`,
    where the case is of an undo.
    """

    order_id: UUID
    key: str
    resolution: Resolution
    by: UUID | None = None
    reference: str = ""
    remark_id: UUID | None = None
    keep: Money | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindCase:
    """The deadline of the case `key` has passed, and it is open still."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRefund:
    """A person's decision about money that is due; `resolution` is never `REFUNDED`.

    `reference` is the number of the bank transfer, say (`domain/references.py`). `remark_id` is
    the reason they wrote, `amount` what they paid, or what they were told is due: where it is
    another, nothing is decided.
    """

    resolution: Resolution
    by: UUID
    remark_id: UUID
    reference: str = ""
    mandate: Mandate | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCase:
    """Somebody else shall look after the open case, or at another time; None stays as it is."""

    owner: UUID | None = None
    deadline: datetime | None = None
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOpenCase:
    """Write that the case `key` was moved, where it is open; None stays as it is."""

    key: str
    owner: UUID | None
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Money that is owed and could not be given back. `owner` None is the whole support desk."""

    key: str
    order_id: UUID
    amount: Money
    why: str
    owner: UUID | None
    deadline: datetime
    reminded_at: datetime | None
    opened_at: datetime
    resolved_at: datetime | None
    resolution: Resolution | None
    resolved_by: UUID | None
    reference: str | None
    remark_id: UUID | None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def has_order(self) -> bool:
        """Else there is nothing to be seen of an order: the case stands for itself."""
        return not is_of_no_order(self.key)

    @property
    def is_of_refund(self) -> bool:
        """Else reconciliation opened it, and it is owed to nobody yet."""
        return not is_of_reconciliation(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEvent:
    """What Stripe told: the object `object_id` changed. `order_id` is the one its metadata names.

    `outcome` is what became of the news; None until it was processed.
    """

    id: str
    type: str
    object_id: str
    order_id: UUID | None
    payment_intent_id: str | None
    created_at: datetime
    received_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAuthorization:
    """An attempt to hold an order's money, as its row has it."""

    key: str
    payment_intent_id: str | None
    status: PaymentStatus
    held: Money
    captured: Money
    capture_before: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRefund:
    """One attempt at a refund, as its row has it; `part_of` is what it is an attempt at."""

    refund_id: UUID
    order_id: UUID
    part_of: str
    stripe_refund_id: str | None
    reference: str | None
    amount: Money
    state: RefundState
    liable: Liable
    reason: RefundReason
    request_hash: str | None
    remark_id: UUID | None
    created_at: datetime

    @property
    def is_at_the_bank(self) -> bool:
        """Nobody may pay it in another way until the bank has said what became of it."""
        return self.state is RefundState.PENDING and self.stripe_refund_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFile:
    """All that was done with an order's money, the oldest first."""

    authorizations: list[MadeAuthorization]
    refunds: list[MadeRefund]
    cases: list[Case]
    disputes: list[Dispute]

    @property
    def refunds_under_way(self) -> list[str]:
        """The keys of the refunds that can be tried again: those that are due come first."""
        due = [case.key for case in self.cases if case.is_open and case.is_of_refund]
        pending = [made.part_of for made in self.refunds if made.state is RefundState.PENDING]
        return list(dict.fromkeys([*due, *pending]))

    def attempts_at(self, key: str) -> list[MadeRefund]:
        """At one undo or decision, the oldest first."""
        return [made for made in self.refunds if made.part_of == key]

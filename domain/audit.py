"""What reconciliation asks its witnesses, and what it tells in the end."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.casework import Case
from domain.stock import ReservationState
from domain.witnesses import ChargeRecord, OrderRecord, PaymentRecord, Run


class Stage(StrEnum):
    """What a run goes through, in this order."""

    # Orders that were placed lately.
    RECENT = "recent"
    # Older ones that have not ended.
    UNFINISHED = "unfinished"
    # Whatever its age: an open case, or a refund on its way.
    OWED = "owed"
    # Stripe's own list, for money that none of the others led to.
    CHARGES = "charges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a run is: what it looked at last, None at the beginning of a stage.

    `at` and `order_id` place it among orders, `order_id` among those that are owed, and
    `intent_id` among Stripe's charges.
    """

    stage: Stage = Stage.RECENT
    at: datetime | None = None
    order_id: UUID | None = None
    intent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """An order where something differed, by the differences' keys; and charges that may be its."""

    order_id: UUID
    intent_ids: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many orders were looked at; by kind of difference, what was found new, mended, left."""

    looked_at: int = 0
    found: dict[str, int] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    remaining: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconcile:
    """The input of a run: of these `orders`, or of everything since `since_seconds` ago.

    A difference counts that is still there `grace_seconds` later. `began_at`, `cursor`, `suspects`
    and `tally` are where a long run goes on.
    """

    orders: list[UUID] = field(default_factory=list)
    since_seconds: float = 3 * 24 * 3600
    grace_seconds: float = 30
    page_size: int = 100
    began_at: datetime | None = None
    cursor: Cursor = Cursor()
    suspects: list[Suspect] = field(default_factory=list)
    tally: Tally = Tally()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOrders:
    """The next orders by `placed_at` and id, in a stage of orders; `since` parts the two."""

    stage: Stage
    since: datetime
    after: Cursor
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """An order and its place in the list."""

    order_id: UUID
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOrders:
    order_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    order_id: UUID
    state: ReservationState


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersFound:
    orders: list[OrderRecord]
    reservations: list[Reservation]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOwed:
    """The next orders by id of which a case is open or a refund on its way."""

    after: UUID | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCharges:
    """The next page of Stripe's PaymentIntents made since then, newest first."""

    since: datetime
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargesPage:
    """`strangers` are charges that payments does not know; `after` is None behind the last page."""

    order_ids: list[UUID]
    strangers: list[ChargeRecord]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtMoney:
    """The money of these orders, here and at Stripe.

    Their charges are fetched by the ids that are known, and sought among all that were made from
    `since` to `until`; where this is None, among those of their customers since then, where
    Stripe's answer to an attempt was not heard.
    """

    order_ids: list[UUID]
    since: datetime
    until: datetime | None = None
    intent_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyFound:
    payments: list[PaymentRecord]
    cases: list[Case]
    charges: list[ChargeRecord]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtWorkflows:
    """`exactly` asks for one after the other: the engine's lists are a moment behind."""

    workflow_ids: list[str]
    exactly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFound:
    """The latest run of the id; one that was never started, or was forgotten, is not found."""

    workflow_id: str
    run: Run


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMissing:
    """Write the postings of an order again that its rows tell of and the ledger has not."""

    order_id: UUID

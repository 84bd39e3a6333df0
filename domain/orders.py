"""An order: what it is, the states it may take, and the commands that make and move it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from domain.accounts import DeliveryAddress
from domain.geography import Point
from domain.money import Money
from domain.payments import OrderPayment, RefundStatus

# The namespace of order ids: fixed for ever, because an id is found again from its key.
_ORDERS = UUID("6f1d5c1e-2d0b-4c57-9f0e-0b6d3a5b7c11")


class OrderStatus(StrEnum):
    PLACED = "placed"
    RESERVED = "reserved"
    PAYMENT_ACTION_REQUIRED = "payment_action_required"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    PREPARING = "preparing"
    READY = "ready"
    PICKED_UP = "picked_up"
    DELIVERED = "delivered"
    PAYMENT_FAILED = "payment_failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return not TRANSITIONS[self]

    def leads_to(self, other: "OrderStatus") -> bool:
        return other in TRANSITIONS[self]


TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACED: frozenset(
        {OrderStatus.RESERVED, OrderStatus.REJECTED, OrderStatus.CANCELLED}
    ),
    OrderStatus.RESERVED: frozenset(
        {
            OrderStatus.PAYMENT_ACTION_REQUIRED,
            OrderStatus.CONFIRMED,
            OrderStatus.PAYMENT_FAILED,
            OrderStatus.CANCELLED,
        }
    ),
    OrderStatus.PAYMENT_ACTION_REQUIRED: frozenset(
        {OrderStatus.CONFIRMED, OrderStatus.PAYMENT_FAILED, OrderStatus.CANCELLED}
    ),
    OrderStatus.CONFIRMED: frozenset(
        {OrderStatus.ACCEPTED, OrderStatus.REJECTED, OrderStatus.CANCELLED}
    ),
    OrderStatus.ACCEPTED: frozenset(
        {OrderStatus.PREPARING, OrderStatus.PAYMENT_FAILED, OrderStatus.CANCELLED}
    ),
    OrderStatus.PREPARING: frozenset({OrderStatus.READY, OrderStatus.CANCELLED}),
    OrderStatus.READY: frozenset({OrderStatus.PICKED_UP, OrderStatus.CANCELLED}),
    OrderStatus.PICKED_UP: frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED}),
    OrderStatus.DELIVERED: frozenset(),
    OrderStatus.PAYMENT_FAILED: frozenset(),
    OrderStatus.REJECTED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}
"""Every legal step. The last four lead nowhere: an order ends there."""

CANCELLABLE = frozenset(
    {
        OrderStatus.PLACED,
        OrderStatus.RESERVED,
        OrderStatus.PAYMENT_ACTION_REQUIRED,
        OrderStatus.CONFIRMED,
        OrderStatus.ACCEPTED,
    }
)
"""Until the kitchen cooks, the customer may cancel and owes nothing."""

IN_CHECKOUT = frozenset(
    {OrderStatus.PLACED, OrderStatus.RESERVED, OrderStatus.PAYMENT_ACTION_REQUIRED}
)
"""The money is not secured yet."""

DELAYABLE = frozenset({OrderStatus.CONFIRMED, OrderStatus.ACCEPTED, OrderStatus.PREPARING})
"""Until the food is ready, the kitchen may say that it takes longer."""

COOKED = frozenset({OrderStatus.READY, OrderStatus.PICKED_UP})
"""The food is there, and a courier has to bring it."""


class Actor(StrEnum):
    CUSTOMER = "customer"
    RESTAURANT = "restaurant"
    COURIER = "courier"
    SUPPORT = "support"
    SYSTEM = "system"


class IfUnavailable(StrEnum):
    """What the customer wants where the kitchen ran out of a line."""

    DROP = "drop"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One that turned out `unavailable` is neither cooked nor paid."""

    menu_item_id: UUID
    name: str
    quantity: int
    unit_price: Money
    unavailable: bool = False

    @property
    def line_total(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What an order costs; `total` is the sum of the other four."""

    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """An order after the kitchen dropped lines of it: all its lines, and what it costs now."""

    lines: list[OrderLine]
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancellation:
    """Why an order ended without food.

    `reason` is the system's own sentence. What a person wrote stays in Postgres, as the remark
    that `remark_id` names, so that Temporal never holds it. `kept` is what the customer still
    pays, as support agreed; None is nothing.
    """

    by: Actor
    code: str
    reason: str
    remark_id: UUID | None = None
    kept: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """The input of an order's workflow. No person's data: ids, amounts and item names only.

    `pickup` is the restaurant; from there it is `ride_minutes` to the customer's door.
    """

    order_id: UUID
    customer_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    lines: list[OrderLine]
    quote: Quote
    payment_method: str
    # SHA-256 of the request body: the same key with another body is told apart by it.
    request_hash: str
    placed_at: datetime
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    if_unavailable: IfUnavailable
    pickup: Point
    ride_minutes: int
    # The id of the request that placed the order: joins logs and events to it.
    correlation_id: str
    # Where pay and notify run: see workflows/policies.py.
    express: bool = False
    # The order that support places anew for the customer by this one.
    again_of: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceOrder:
    """Move the order's row to `status`, with its timeline entry and event, once per `key`.

    `refund_handed_on`: what was taken goes back by a workflow of its own. Until that writes, the
    row says that the refund is on its way. `ready_by` and `revision` are the kitchen's answer.
    """

    order_id: UUID
    key: str
    status: OrderStatus
    actor: Actor
    payment: OrderPayment | None = None
    refund_handed_on: bool = False
    cancellation: Cancellation | None = None
    revision: Revision | None = None
    ready_by: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """Write where the money stands on the order's row, once per `key`. The order's status stays.

    Where the row has a higher version of the payment, nothing changes.
    """

    order_id: UUID
    key: str
    payment: OrderPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOnTimeline:
    """Add what another workflow did about the order to its timeline, once per `key`.

    `event` is a noun and what happened to it; `detail` is a sentence that nobody typed.
    """

    order_id: UUID
    key: str
    event: str
    actor: Actor
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What a person wrote with the order: it stays in Postgres, and Temporal never sees it.

    `notes` has one entry a line, in their order.
    """

    address: DeliveryAddress
    notes: list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person wrote about an order later: a reason or a note. Empty once it was erased."""

    remark_id: UUID
    order_id: UUID
    actor: Actor
    account_id: UUID
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order as its row has it. `run_id` is that of its workflow, for the link to its page.

    `placed_total` is what was agreed when it was placed; `quote` is without the lines that were
    dropped since. `answer_by` is when the kitchen's time to answer ends, None until it is asked;
    `ready_by` is None until it has accepted.
    """

    order_id: UUID
    run_id: str
    status: OrderStatus
    customer_id: UUID
    restaurant_id: UUID
    lines: list[OrderLine]
    quote: Quote
    placed_total: Money
    payment: OrderPayment
    courier_id: UUID | None
    answer_by: datetime | None
    ready_by: datetime | None
    ride_minutes: int
    particulars: Particulars
    cancellation: Cancellation | None
    # What the person who cancelled or rejected wrote, where one did.
    remark: str | None
    request_hash: str
    placed_at: datetime
    updated_at: datetime
    version: int

    @property
    def refund_status(self) -> RefundStatus:
        return self.payment.refund_status

    @property
    def eta(self) -> datetime | None:
        """When the food should be at the door; None where nobody knows, or it ended."""
        if self.ready_by is None or self.status.is_final:
            return None
        return self.ready_by + timedelta(minutes=self.ride_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """`event` is `order_` and a status, or a noun and what happened to it."""

    sequence: int
    at: datetime
    event: str
    actor: Actor
    detail: str | None


def order_id(account_id: UUID, idempotency_key: str) -> UUID:
    """The one order of this account and key."""
    return uuid5(_ORDERS, f"{account_id}:{idempotency_key}")


def step_key(order: UUID, step: str) -> str:
    """The idempotency key of a step: the same on every attempt, run and worker."""
    return f"{order}:{step}"

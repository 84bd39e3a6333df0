"""An order's way: how it begins, what people ask of it meanwhile, and what comes of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.desk import Mandate
from domain.money import Money
from domain.orders import Actor, OrderStatus, PlaceOrder
from domain.payments import RefundStatus

# A kitchen that needs longer than an hour asks again.
LONGEST_DELAY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOrder:
    """Write the order's row. `run_id` tells two workflow runs of one order apart."""

    order: PlaceOrder
    run_id: str

    @property
    def order_id(self) -> UUID:
        return self.order.order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOrder:
    """The restaurant will cook. None leaves the preparation time at the restaurant's usual one.

    Lines of what turned out unavailable are dropped, or the order ends, as the customer wished.
    """

    preparation_minutes: int | None = None
    unavailable_item_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectOrder:
    """The restaurant will not cook. `remark_id` names the reason it wrote."""

    remark_id: UUID | None = None
    unavailable_item_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayOrder:
    """The kitchen has 1 to 60 `minutes` more: to decide, or, once it has, to cook.

    It says so itself, or support gives them.
    """

    minutes: int
    by: Actor = Actor.RESTAURANT
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """The order is not wanted any more. `remark_id` names the reason, where one was written.

    `late` is support's right to cancel what is being cooked or carried already, and `keep` what
    the customer still pays then: None is nothing. `left` is what was taken and was neither given
    back nor promised when it was asked; None where nobody looked.
    """

    by: Actor
    remark_id: UUID | None = None
    late: bool = False
    keep: Money | None = None
    left: Money | None = None
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    """Support wrote something down about the order: `remark_id` names it."""

    remark_id: UUID
    mandate: Mandate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDelay:
    """Write that the kitchen needs `minutes` more, once per `key`, and tell the customer.

    `ready_by` is the new promise, and None while the kitchen has not decided yet. `by` is the
    kitchen itself, or support.
    """

    order_id: UUID
    key: str
    minutes: int
    ready_by: datetime | None
    by: Actor = Actor.RESTAURANT


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCourier:
    """Write who carries the order, once per `key`; None where the courier gave it back."""

    order_id: UUID
    key: str
    courier_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOutcome:
    """The result of an order's workflow: a business failure is an outcome, not a failure."""

    order_id: UUID
    status: OrderStatus
    refund_status: RefundStatus
    message: str

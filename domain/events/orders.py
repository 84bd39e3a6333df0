"""What happened to an order, as the world hears it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.envelope import Event
from domain.money import Money
from domain.orders import Cancellation, OrderLine, OrderStatus
from domain.payments import PaymentStatus, RefundStatus


class OrderEventType(StrEnum):
    PLACED = "order_placed"
    RESERVED = "order_reserved"
    PAYMENT_ACTION_REQUIRED = "order_payment_action_required"
    CONFIRMED = "order_confirmed"
    ACCEPTED = "order_accepted"
    DELAYED = "order_delayed"
    PREPARING = "order_preparing"
    READY = "order_ready"
    COURIER_ASSIGNED = "order_courier_assigned"
    COURIER_RELEASED = "order_courier_released"
    PICKED_UP = "order_picked_up"
    DELIVERED = "order_delivered"
    REJECTED = "order_rejected"
    CANCELLED = "order_cancelled"
    PAYMENT_FAILED = "order_payment_failed"
    PAYMENT_CHANGED = "order_payment_changed"
    NOTED = "order_noted"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSeen:
    """Where the money stands as far as the order knows: see `domain.payments.OrderPayment`."""

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """An order, whole, but for what people wrote: nobody who reads its events has to ask back.

    The fields are those of `domain.orders.Order`.
    """

    status: OrderStatus
    refund_status: RefundStatus
    customer_id: UUID
    restaurant_id: UUID
    lines: tuple[OrderLine, ...]
    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money
    placed_total: Money
    payment: PaymentSeen
    courier_id: UUID | None
    acceptance_minutes: int
    answer_by: datetime | None
    ready_by: datetime | None
    ride_minutes: int
    cancellation: Cancellation | None
    placed_at: datetime
    run_id: str
    request_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(Event):
    """A change of an order, with the order after it.

    `courier_id` is who gave the delivery back or lost it: the order has forgotten that.
    """

    type: OrderEventType
    order: OrderState
    courier_id: UUID | None = None

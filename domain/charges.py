"""What the payment service says of an order's money. Amounts are minor units of its currency."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.errors import PaymentFailed
from domain.payments import PaymentStatus
from domain.refunds import RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedMethod:
    """A payment method of one of the service's customers, by the service's ids.

    `type` is the service's name of its kind, which decides when its money can be captured.
    """

    id: str
    customer: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """How a charge stands: `settled` once nothing but a refund can move its money any more.

    `id` is None where the service has no such charge. `client_secret` is there while the customer
    has to authenticate, and is for nobody else. `capture_before` is when a hold lapses (UTC).
    `refusal` is why the bank or the service did not do what was asked.
    """

    id: str | None = None
    held: int = 0
    captured: int = 0
    settled: bool = True
    client_secret: str | None = field(default=None, repr=False)
    capture_before: datetime | None = None
    refusal: PaymentFailed | None = None

    @property
    def status(self) -> PaymentStatus:
        """`PENDING` is a charge that nobody paid and that nobody was refused yet."""
        if self.captured:
            return PaymentStatus.CAPTURED
        if self.held:
            return PaymentStatus.AUTHORIZED
        if self.refusal:
            return PaymentStatus.FAILED
        if self.client_secret:
            return PaymentStatus.REQUIRES_ACTION
        return PaymentStatus.VOIDED if self.settled else PaymentStatus.PENDING

    @property
    def waits_for_the_customer(self) -> bool:
        return self.status is PaymentStatus.REQUIRES_ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A charge that the service has, and whose it says it is: None where it is not an order's."""

    charge: Charge
    order_id: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """How a refund stands; `id` is None where the service refused to make it.

    `key` is empty where it is not one of ours: somebody made it there by hand.
    """

    key: str
    id: str | None
    amount: int
    state: RefundState

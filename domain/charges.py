"""What the payment service says of an order's money. Amounts are minor units of its currency."""

from dataclasses import dataclass

from domain.errors import PaymentFailed
from domain.payments import RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """How a charge stands: `settled` once nothing but a refund can move its money any more.

    `id` is None where the service has no such charge. `refusal` is why the bank or the service
    did not do what was asked.
    """

    id: str | None = None
    held: int = 0
    captured: int = 0
    settled: bool = True
    refusal: PaymentFailed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """How a refund of ours stands; `id` is None where the service refused to make it."""

    key: str
    id: str | None
    state: RefundState

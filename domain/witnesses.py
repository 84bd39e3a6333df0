"""What reconciliation looks at: one order, as each of its witnesses has it.

Amounts are minor units of the one currency of the order's money.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID, uuid5

from domain.casework import Case, MadeAuthorization, MadeRefund
from domain.differences import Difference, Kind
from domain.disputes import Dispute, DisputeState
from domain.money import Money
from domain.orders import OrderStatus, Quote, step_key
from domain.payments import OrderPayment, PaymentStatus
from domain.refunds import RefundState
from domain.stock import ReservationState

# The namespace of what stands for the orders of charges without one: fixed for ever.
_CHARGES = UUID("4f2c7be5-6b1e-4b8f-9d43-2a7d0f1c9e58")


class Run(StrEnum):
    """A workflow, as the engine has it."""

    RUNNING = "running"
    CLOSED = "closed"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """The order's row. `payment` is the money as it is written there.

    `kept` is what was agreed that the customer of a cancelled order still pays. Of such an order
    `was_carried` says whether a courier had fetched the food: `courier_id` is who.
    """

    order_id: UUID
    customer_id: UUID
    restaurant_id: UUID
    courier_id: UUID | None
    status: OrderStatus
    quote: Quote
    payment: OrderPayment
    kept: Money | None = None
    was_carried: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecord:
    """The order's money as payments has it. `ledger` is account -> balance, in minor units."""

    order_id: UUID
    customer_id: UUID
    amount: Money
    payment: OrderPayment
    is_settled: bool
    attempts: list[MadeAuthorization] = field(default_factory=list)
    refunds: list[MadeRefund] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    ledger: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRecord:
    """A PaymentIntent, as Stripe has it now. `refunded` counts what is on its way back too.

    `order_id` is what its metadata says, and None where that is no id of an order.
    """

    intent_id: str
    order_id: UUID | None
    step: str
    currency: str
    status: PaymentStatus
    held: int
    captured: int
    refunded: int
    disputes: list[Dispute] = field(default_factory=list, hash=False)

    @property
    def belongs_to(self) -> UUID:
        """The order; for a charge that names none, what stands for it alone."""
        return self.order_id or stands_for(self.intent_id)

    @property
    def money(self) -> int:
        """What the customer is out of pocket by, or can't use."""
        return self.held + self.captured - self.refunded


def stands_for(intent_id: str) -> UUID:
    """In the place of an order, for a charge that is of none."""
    return uuid5(_CHARGES, intent_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One order, as everybody who knows something of it has it.

    `refunding` has the keys of the refunds whose workflows run.
    """

    order_id: UUID
    order: OrderRecord | None = None
    payment: PaymentRecord | None = None
    charges: list[ChargeRecord] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    reservation: ReservationState | None = None
    run: Run = Run.MISSING
    refunding: frozenset[str] = frozenset()

    @property
    def attempts(self) -> list[MadeAuthorization]:
        return self.payment.attempts if self.payment else []

    @property
    def refunds(self) -> list[MadeRefund]:
        return self.payment.refunds if self.payment else []

    @property
    def is_over(self) -> bool:
        """The order has ended, and its workflow does nothing about it any more."""
        return bool(self.order and self.order.status.is_final and self.run is not Run.RUNNING)

    @property
    def ended_without_food(self) -> bool:
        return bool(self.is_over and self.order and self.order.status is not OrderStatus.DELIVERED)

    @property
    def known(self) -> dict[ChargeRecord, MadeAuthorization]:
        """Stripe's charges that payments knows, or began and did not hear of any more."""
        by_id = {
            attempt.payment_intent_id: attempt
            for attempt in self.attempts
            if attempt.payment_intent_id
        }
        by_key = {
            attempt.key: attempt for attempt in self.attempts if not attempt.payment_intent_id
        }
        found = {
            charge: by_id.get(charge.intent_id) or by_key.get(charge.step)
            for charge in self.charges
        }
        return {charge: attempt for charge, attempt in found.items() if attempt}

    def refunded(self, *states: RefundState) -> int:
        """The sum of what payments has in these states."""
        return sum(refund.amount.amount for refund in self.refunds if refund.state in states)

    def refunded_at_stripe(self, *states: RefundState) -> int:
        """The same, of what went through Stripe."""
        refunds = [refund for refund in self.refunds if refund.stripe_refund_id]
        return sum(refund.amount.amount for refund in refunds if refund.state in states)

    @property
    def disputed(self) -> int:
        """What banks took back."""
        disputes = self.payment.disputes if self.payment else []
        return sum(each.amount.amount for each in disputes if each.state is not DisputeState.WON)

    @property
    def kept(self) -> int:
        """What was taken, and is nobody's to be given back: no refund is on its way or waived."""
        given = (RefundState.SUCCEEDED, RefundState.PENDING, RefundState.WAIVED)
        captured = self.payment.payment.captured.amount if self.payment else 0
        return captured - self.refunded(*given) - self.disputed

    @property
    def agreed(self) -> int:
        """What the customer pays of an order that ended without food."""
        return self.order.kept.amount if self.order and self.order.kept else 0

    @property
    def undos(self) -> tuple[str, str]:
        """The keys of the two refunds of everything: of what is held, and of what was taken."""
        return step_key(self.order_id, "void"), step_key(self.order_id, "refund")

    def has_keeper(self, *keys: str) -> bool:
        """Whether somebody looks after one of these refunds: its workflow, or its case."""
        cases = {case.key for case in self.cases if case.is_open}
        return not (cases | self.refunding).isdisjoint(keys)

    def money(self, amount: int) -> Money:
        return Money(amount, self._currency)

    def difference(
        self, kind: Kind, words: str, *, subject: str = "", amount: int = 0
    ) -> Difference:
        """`subject` tells several of a kind apart. Without an amount, all of the order's money."""
        # What is at stake is above zero: it may have to become a case.
        money = self.money(amount if amount > 0 else self.at_stake)
        return Difference(
            kind=kind, order_id=self.order_id, words=words, amount=money, subject=subject
        )

    @property
    def at_stake(self) -> int:
        """All of the order's money, where nothing says it better."""
        if self.order:
            return self.order.quote.total.amount
        return self.payment.amount.amount if self.payment else 0

    @property
    def _currency(self) -> str:
        if self.payment:
            return self.payment.amount.currency
        return self.order.quote.total.currency if self.order else self.charges[0].currency

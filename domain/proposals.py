"""What somebody of support is about to do, and what is known of the order that it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.announcements import Concerned
from domain.casework import Case, MoneyFile, Resolution
from domain.consequences import Purse
from domain.deliveries import Delivery
from domain.desk import DeskAction, Mandate
from domain.ledger import Line
from domain.money import Money
from domain.orders import Order
from domain.refunds import Liable


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody of support is about to do, as they filled it in; None is left open.

    `minutes` are for the kitchen, or for the courier where `of_delivery`.
    `amount` is of a refund (None is all that is left), of the order that is placed again, and what
    somebody was told is due (None where nobody says).
    `case` is the key of the case that is meant; None is the one that is open.
    """

    action: DeskAction
    mandate: Mandate
    amount: Money | None = None
    liable: Liable = Liable.PLATFORM
    keep: Money | None = None
    minutes: int | None = None
    of_delivery: bool = False
    courier_id: UUID | None = None
    resolution: Resolution | None = None
    reference: str = ""
    case: str | None = None
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskFacts:
    """All that is known of the order. `ledger` has every entry of it.

    `failing` names the steps that fail now, and is None where nobody could say.
    """

    now: datetime
    order: Order
    money: MoneyFile
    ledger: list[Line]
    delivery: Delivery | None = None
    failing: Sequence[str] | None = ()

    @property
    def purse(self) -> Purse:
        return Purse(self.order, self.money, self.ledger)

    @property
    def concerned(self) -> Concerned:
        order = self.order
        return Concerned(
            order_id=order.order_id,
            customer_id=order.customer_id,
            restaurant_id=order.restaurant_id,
            courier_id=order.courier_id,
            total=order.quote.total,
            cancellation=order.cancellation,
        )

    def amount(self, minor_units: int) -> Money:
        return Money(minor_units, self.order.quote.total.currency)

    def refund_cases(self, key: str | None) -> list[Case]:
        """The open one of that key, or all where none is named."""
        return [case for case in self._open_cases(key) if case.is_of_refund]

    def reconciliation_cases(self, key: str | None) -> list[Case]:
        return [case for case in self._open_cases(key) if not case.is_of_refund]

    def _open_cases(self, key: str | None) -> list[Case]:
        return [case for case in self.money.cases if case.is_open and key in (None, case.key)]

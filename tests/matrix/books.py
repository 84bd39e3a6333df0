"""What everybody knows of one order: its row, the kitchen, the bank, the delivery, the people."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from domain.deliveries import DeliveryState
from domain.errors import IllegalTransition, StepUndone
from domain.orders import AdvanceOrder, OrderStatus, PlaceOrder
from domain.payments import OrderPayment
from tests.matrix.purse import Purse
from tests.support.polling import eventually

# Of one order, with time for a machine that has much else to do: seconds.
PATIENCE = 180


@dataclass(kw_only=True)
class Books:
    """`done` are the activities that ended well, each with its key; `undos` those that undo.

    People who know that it `was_cancelled` do nothing more.
    """

    order: PlaceOrder
    purse: Purse
    statuses: list[OrderStatus] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    undos: list[str] = field(default_factory=list)
    payment: OrderPayment | None = None
    stock: str = ""
    withdrawn: set[UUID] = field(default_factory=set)
    delivery: DeliveryState | None = None
    couriers: list[UUID | None] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    payer: str | None = None
    was_cancelled: bool = False

    @property
    def status(self) -> OrderStatus | None:
        return self.statuses[-1] if self.statuses else None

    async def until(self, condition: Callable[[], object]) -> None:
        """For people: what comes after a cancellation they don't wait for."""
        await eventually(lambda: not self.was_cancelled and condition(), seconds=PATIENCE)

    def is_first(self, activity: str, key: str) -> bool:
        """Whether this is done for the first time; from now on it is done."""
        if (activity, key) in self.done:
            return False
        self.done.append((activity, key))
        return True

    def undo(self, name: str) -> None:
        if name not in self.undos:
            self.undos.append(name)

    def advance(self, command: AdvanceOrder) -> None:
        if not self.is_first("advance_order", command.key):
            return
        if self.status is None or not self.status.leads_to(command.status):
            raise IllegalTransition(f"{self.status} does not lead to {command.status}.")
        self.statuses.append(command.status)
        self.pay(command.payment)

    def pay(self, payment: OrderPayment | None) -> None:
        """Never replaces a newer one."""
        if payment and (self.payment is None or payment.version > self.payment.version):
            self.payment = payment

    def reserve(self) -> None:
        if self.stock == "released":
            raise StepUndone("The order was undone before this could happen.")
        self.stock = self.stock or "held"

    def release(self) -> None:
        if self.stock != "consumed":
            self.stock = "released"

    def consume(self) -> None:
        self.stock = "consumed"

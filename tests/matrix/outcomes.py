"""What a cell of the matrix says: an outcome that a test proves, or why it can't occur."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain import ledger
from domain.orders import OrderStatus
from domain.payments import RefundStatus
from tests.matrix.faults import Fault
from tests.matrix.lives import Life


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How an order ends: by `tests/matrix/test_steps.py`, which drives it there.

    `undos` in their order; `payer` is whose account the work is paid from, None where nobody's.
    Nothing else is left: no hold, no reservation, no open delivery, no running workflow.
    """

    status: OrderStatus
    undos: tuple[str, ...] = ()
    refund: RefundStatus = RefundStatus.NONE
    payer: str | None = None

    def __str__(self) -> str:
        undos = f": {', '.join(self.undos)}" if self.undos else ""
        return f"{self.status}{undos}"


@dataclass(frozen=True)
class Proved:
    """What comes of it, and the test elsewhere that proves it."""

    outcome: str
    test: str


@dataclass(frozen=True)
class Impossible:
    because: str


Cell = Ends | Proved | Impossible


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the matrix, with a cell for every fault."""

    name: str
    title: str
    cells: Mapping[Fault, Cell]


@dataclass(frozen=True, kw_only=True)
class Step(Row):
    """The tries of `activity` whose command `concerns` picks, in an order of this `life`.

    `fact` is what it fails with for good. `is_awaited`: who cancels waits until it has ended.
    """

    life: Life
    activity: str
    concerns: Callable[[Any], bool] = lambda _: True
    fact: Exception | None = None
    is_awaited: bool = False


DELIVERED = Ends(status=OrderStatus.DELIVERED, payer=ledger.CUSTOMER)
PARTLY_REFUNDED = Ends(
    status=OrderStatus.DELIVERED,
    undos=("refund part",),
    refund=RefundStatus.PARTIAL,
    payer=ledger.CUSTOMER,
)
_VOID, _REFUND = ("void", "release"), ("refund", "release")


def released(status: OrderStatus = OrderStatus.CANCELLED) -> Ends:
    return Ends(status=status, undos=("release",))


def voided(status: OrderStatus = OrderStatus.CANCELLED) -> Ends:
    return Ends(status=status, undos=_VOID)


def refunded(status: OrderStatus = OrderStatus.CANCELLED) -> Ends:
    return Ends(status=status, undos=_REFUND, refund=RefundStatus.FULL)


CALLED_OFF = Ends(
    status=OrderStatus.CANCELLED, undos=("call off", *_REFUND), refund=RefundStatus.FULL
)
COOKED_IN_VAIN = Ends(
    status=OrderStatus.CANCELLED,
    undos=("call off", *_REFUND),
    refund=RefundStatus.FULL,
    payer=ledger.PLATFORM,
)
CARRIED_IN_VAIN = Ends(
    status=OrderStatus.CANCELLED, undos=_REFUND, refund=RefundStatus.FULL, payer=ledger.PLATFORM
)

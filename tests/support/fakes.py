"""Activities that do as a test says, under the names of the real ones."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.notifications import DeliverNotifications
from domain.orders import AdvanceOrder, RecordOrder, RecordPayment
from domain.payments import (
    AuthorizePayment,
    CapturePayment,
    OrderPayment,
    PaymentStatus,
    RefundPayment,
    RefundResult,
    RefundState,
    VoidPayment,
)
from domain.stock import ReleaseStock, ReserveStock
from tests.support.builders import a_payment

UNDOS = ("release_stock", "void_payment", "refund_payment")

# What a step ends with whose tries were all used up, without the time they take.
USED_UP = ApplicationError("The service is away.", non_retryable=True)

Effect = Exception | Callable[[], Awaitable[None]]


async def fine() -> None:
    """An effect that is none: the call goes well, and the next effect is for the next call."""


class Gate:
    """Holds an activity at its start, until the test has done what it has to do meanwhile."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._open = asyncio.Event()

    async def __call__(self) -> None:
        self._reached.set()
        await self._open.wait()

    async def reached(self) -> None:
        await asyncio.wait_for(self._reached.wait(), 10)

    def open(self) -> None:
        self._open.set()


class FakeActivities:
    """Every activity of the sagas. `script` says what its next calls do; then they succeed."""

    def __init__(self) -> None:
        self.script: dict[str, list[Effect]] = defaultdict(list)
        self.done: list[tuple[str, Any]] = []
        # What the bank says of the next refunds; then they succeed.
        self.refunds: list[RefundState] = []
        self._held = self._captured = 0

    def hold(self, *, authorized: int = 0, captured: int = 0) -> None:
        """Begin with this much of the customer's money, in minor units."""
        self._held, self._captured = authorized, captured

    @property
    def undos(self) -> list[str]:
        """The undos that ran to their end, in their order."""
        return [name for name, _ in self.done if name in UNDOS]

    @property
    def statuses(self) -> list[str]:
        """What the order's row went through."""
        return [command.status.value for name, command in self.done if name == "advance_order"]

    def last(self, name: str) -> Any:
        return next(command for done, command in reversed(self.done) if done == name)

    @property
    def orders(self) -> list[Callable[..., Any]]:
        return [
            self.record_order,
            self.advance_order,
            self.record_payment,
            self.reserve_stock,
            self.release_stock,
        ]

    @property
    def payments(self) -> list[Callable[..., Any]]:
        return [
            self.authorize_payment,
            self.capture_payment,
            self.void_payment,
            self.refund_payment,
        ]

    @property
    def notifications(self) -> list[Callable[..., Any]]:
        return [self.deliver_notifications]

    async def _play(self, name: str, command: Any) -> None:
        if self.script[name]:
            effect = self.script[name].pop(0)
            if isinstance(effect, Exception):
                raise effect
            await effect()
        self.done.append((name, command))

    @activity.defn
    async def record_order(self, command: RecordOrder) -> None:
        await self._play("record_order", command)

    @activity.defn
    async def advance_order(self, command: AdvanceOrder) -> None:
        await self._play("advance_order", command)

    @activity.defn
    async def record_payment(self, command: RecordPayment) -> None:
        await self._play("record_payment", command)

    @activity.defn
    async def reserve_stock(self, command: ReserveStock) -> None:
        await self._play("reserve_stock", command)

    @activity.defn
    async def release_stock(self, command: ReleaseStock) -> None:
        await self._play("release_stock", command)

    @activity.defn
    async def authorize_payment(self, command: AuthorizePayment) -> OrderPayment:
        await self._play("authorize_payment", command)
        self._held = command.amount.amount
        return a_payment(PaymentStatus.AUTHORIZED, authorized=self._held)

    @activity.defn
    async def capture_payment(self, command: CapturePayment) -> OrderPayment:
        await self._play("capture_payment", command)
        self._held, self._captured = 0, command.amount.amount
        return a_payment(PaymentStatus.CAPTURED, captured=self._captured)

    @activity.defn
    async def void_payment(self, command: VoidPayment) -> OrderPayment:
        await self._play("void_payment", command)
        self._held = 0
        return a_payment(PaymentStatus.VOIDED)

    @activity.defn
    async def refund_payment(self, command: RefundPayment) -> RefundResult:
        await self._play("refund_payment", command)
        self._held = 0
        state = self.refunds.pop(0) if self.refunds else RefundState.SUCCEEDED
        refunded = self._captured if state is RefundState.SUCCEEDED else 0
        status = PaymentStatus.REFUNDED if refunded else PaymentStatus.CAPTURED
        payment = a_payment(
            status, authorized=self._held, captured=self._captured, refunded=refunded
        )
        return RefundResult(state=state, payment=payment)

    @activity.defn
    async def deliver_notifications(self, command: DeliverNotifications) -> None:
        await self._play("deliver_notifications", command)

"""Activities that do as a test says, under the names of the real ones."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.notifications import DeliverNotifications
from domain.orders import AdvanceOrder, NoteOnTimeline, RecordPayment
from domain.progress import RecordCourier, RecordDelay, RecordOrder
from domain.stock import ConsumeStock, ReleaseStock, ReserveStock, WithdrawItems
from tests.support.fake_bank import FakeBank

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
        await asyncio.wait_for(self._reached.wait(), 20)

    def open(self) -> None:
        self._open.set()


class Script(defaultdict[str, list[Effect]]):
    """What the next calls of each activity do; then they succeed."""

    def __init__(self) -> None:
        super().__init__(list)
        self._held: dict[tuple[str | None, str], Gate] = {}
        self._attempts: dict[tuple[str | None, str], int] = {}

    async def play(self, name: str) -> None:
        """Where the engine gives up what a gate holds, its next try waits there instead of it."""
        info = activity.info()
        step = info.workflow_run_id, info.activity_id
        effect = self._held.get(step) or (self[name].pop(0) if self[name] else fine)
        if isinstance(effect, Gate):
            self._held[step], self._attempts[step] = effect, info.attempt
        if isinstance(effect, Exception):
            # One object is raised many times, and would remember where each time.
            raise effect.with_traceback(None)
        await effect()
        if self._attempts.get(step, 1) > info.attempt:
            raise TimeoutError("The engine waits for a later try of this.")


class FakeActivities(FakeBank):
    """Every activity of the sagas, as its `script` says.

    `done` has the name and command of every call that went well, in their order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.script = Script()
        self.done: list[tuple[str, Any]] = []

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    @property
    def undos(self) -> list[str]:
        """The undos that ran to their end, in their order."""
        return [name for name in self.names if name in UNDOS]

    @property
    def statuses(self) -> list[str]:
        """What the order's row went through."""
        return [command.status.value for command in self.commands("advance_order")]

    def commands(self, name: str) -> list[Any]:
        return [command for done, command in self.done if done == name]

    def last(self, name: str) -> Any:
        return self.commands(name)[-1]

    @property
    def orders(self) -> list[Callable[..., Any]]:
        return [
            self.record_order,
            self.advance_order,
            self.record_payment,
            self.record_delay,
            self.record_courier,
            self.note_on_timeline,
            self.reserve_stock,
            self.withdraw_items,
            self.consume_stock,
            self.release_stock,
        ]

    @property
    def notifications(self) -> list[Callable[..., Any]]:
        return [self.deliver_notifications]

    async def play(self, name: str, command: Any) -> None:
        await self.script.play(name)
        self.done.append((name, command))

    @activity.defn
    async def record_order(self, command: RecordOrder) -> None:
        await self.play("record_order", command)

    @activity.defn
    async def advance_order(self, command: AdvanceOrder) -> None:
        await self.play("advance_order", command)

    @activity.defn
    async def record_payment(self, command: RecordPayment) -> None:
        await self.play("record_payment", command)

    @activity.defn
    async def record_delay(self, command: RecordDelay) -> None:
        await self.play("record_delay", command)

    @activity.defn
    async def record_courier(self, command: RecordCourier) -> None:
        await self.play("record_courier", command)

    @activity.defn
    async def note_on_timeline(self, command: NoteOnTimeline) -> None:
        await self.play("note_on_timeline", command)

    @activity.defn
    async def reserve_stock(self, command: ReserveStock) -> None:
        await self.play("reserve_stock", command)

    @activity.defn
    async def withdraw_items(self, command: WithdrawItems) -> None:
        await self.play("withdraw_items", command)

    @activity.defn
    async def consume_stock(self, command: ConsumeStock) -> None:
        await self.play("consume_stock", command)

    @activity.defn
    async def release_stock(self, command: ReleaseStock) -> None:
        await self.play("release_stock", command)

    @activity.defn
    async def deliver_notifications(self, command: DeliverNotifications) -> None:
        await self.play("deliver_notifications", command)

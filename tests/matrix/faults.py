"""What may happen to a step, and the interceptor that makes it happen to one step of one order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


class Fault(StrEnum):
    """The columns of the matrix, in their order."""

    FAILS_FOR_GOOD = "fails_for_good"
    FAILS_TWICE = "fails_twice"
    TIMES_OUT_WITHOUT_EFFECT = "times_out_without_effect"
    TIMES_OUT_WITH_EFFECT = "times_out_with_effect"
    KILLED_BEFORE = "killed_before"
    KILLED_AFTER = "killed_after"
    CANCELLED_MEANWHILE = "cancelled_meanwhile"
    ANSWERS_LATE = "answers_late"


# A local try and the first one on the queue, or the first two on the queue.
_TWICE = 2

Call = Callable[[], Awaitable[Any]]


@dataclass(kw_only=True)
class Trouble:
    """A fault of the tries of one step: those of `activity` whose command `concerns` picks.

    `local_tries` are those among `tries` that a lost workflow task forgets. `fact` is what the
    step fails with for good. `reached` is set once a try waits at its `gate`;
    `over` lets go of the tries that hang. `effects` are those that land when nobody waits for them.
    """

    fault: Fault
    activity: str
    concerns: Callable[[Any], bool]
    fact: Exception | None = None
    tries: int = 0
    local_tries: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    effects: list[asyncio.Task[Any]] = field(default_factory=list)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def meet(self, call: Call) -> Any:
        """One try."""
        self.tries += 1
        self.local_tries += activity.info().is_local
        return await _MEETINGS[self.fault](self, call)

    async def end(self) -> None:
        """Everything that hangs goes on, and what lands late has landed."""
        self.over.set()
        self.gate.set()
        self._answered.set()
        await asyncio.gather(*self.effects, return_exceptions=True)

    async def fail_for_good(self, call: Call) -> Any:
        """Only once: a fact ends the tries of its step, and what comes after is another step."""
        if self.tries == 1:
            assert self.fact is not None
            raise self.fact
        return await call()

    async def fail_twice(self, call: Call) -> Any:
        if self.tries <= _TWICE:
            raise OSError("Connection reset.")
        return await call()

    async def hang_before(self, call: Call) -> Any:
        """The first tries land too, once nobody waits for them any more."""
        if self.tries <= _TWICE:
            return await self._whoever_waits(self._after(self.over, call))
        return await call()

    async def hang_after(self, call: Call) -> Any:
        answer = await call()
        if self.tries <= _TWICE:
            await self.over.wait()
        return answer

    async def answer_late(self, call: Call) -> Any:
        """The first try lands after the one that came after it."""
        if self.tries == 1:
            return await self._whoever_waits(self._after(self._answered, call))
        answer = await call()
        self._answered.set()
        return answer

    async def wait_for_a_cancel(self, call: Call) -> Any:
        """On a queue: while a local try runs no update is taken."""
        if activity.info().is_local:
            raise OSError("Connection reset.")
        self.reached.set()
        return await self._whoever_waits(self._after(self.gate, call))

    async def _after(self, event: asyncio.Event, call: Call) -> Any:
        await event.wait()
        return await call()

    async def _whoever_waits(self, effect: Awaitable[Any]) -> Any:
        """The effect lands also where the try was given up."""
        task = asyncio.ensure_future(effect)
        self.effects.append(task)
        return await asyncio.shield(task)


_MEETINGS = {
    Fault.FAILS_FOR_GOOD: Trouble.fail_for_good,
    Fault.FAILS_TWICE: Trouble.fail_twice,
    Fault.TIMES_OUT_WITHOUT_EFFECT: Trouble.hang_before,
    Fault.TIMES_OUT_WITH_EFFECT: Trouble.hang_after,
    Fault.CANCELLED_MEANWHILE: Trouble.wait_for_a_cancel,
    Fault.ANSWERS_LATE: Trouble.answer_late,
}


class Troubles(Interceptor):
    """By order. It comes inside the project's own interceptor, as the activities do."""

    def __init__(self) -> None:
        self.of: dict[UUID, Trouble] = {}

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Troubled(next, self.of)


class _Troubled(ActivityInboundInterceptor):
    def __init__(self, next_: ActivityInboundInterceptor, of: dict[UUID, Trouble]) -> None:
        super().__init__(next_)
        self._of = of

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        command = input.args[0]
        trouble = self._of.get(_order_of(command))
        if trouble is None or activity.info().activity_type != trouble.activity:
            return await super().execute_activity(input)
        if not trouble.concerns(command):
            return await super().execute_activity(input)
        return await trouble.meet(lambda: self.next.execute_activity(input))


def _order_of(command: Any) -> UUID:
    """A reminder names its case alone, whose key begins with the order."""
    return getattr(command, "order_id", None) or UUID(command.key.partition(":")[0])

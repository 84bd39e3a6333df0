"""Lanes: what has to stay in order goes one after another, and everything else side by side."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection

from adapters.kafka.consumer import Partition

Lane = tuple[Partition, bytes | None]
"""A key of a partition."""

Work = Callable[[], Awaitable[None]]

# A database that hangs may not let go of what is cancelled; the group does not wait for it.
_LET_GO_SECONDS = 3


class Lanes:
    """Work that raises ends the tasks' group, and with it everything."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._waiting: dict[Lane, deque[Work]] = {}
        self._running: dict[Lane, asyncio.Task[None]] = {}

    def add(self, lane: Lane, work: Work) -> None:
        """Begins when everything that was added to the lane before has ended."""
        if lane in self._waiting:
            self._waiting[lane].append(work)
            return
        self._waiting[lane] = deque([work])
        self._running[lane] = self._tasks.create_task(self._run(lane))

    async def end(self, partitions: Collection[Partition]) -> None:
        """Cancel what is under way in them, and forget what waits. Returns when it has ended."""
        lanes = [lane for lane in self._running if lane[0] in partitions]
        ending = [self._running.pop(lane) for lane in lanes]
        for lane in lanes:
            self._waiting.pop(lane).clear()
        for task in ending:
            task.cancel()
        if ending:
            await asyncio.wait(ending, timeout=_LET_GO_SECONDS)

    async def _run(self, lane: Lane) -> None:
        waiting = self._waiting[lane]
        while waiting:
            await waiting.popleft()()
        # What was ended may finish late, when the lane has begun anew.
        if self._waiting.get(lane) is waiting:
            del self._waiting[lane], self._running[lane]

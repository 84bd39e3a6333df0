"""One thing after the other: requests to workflows, and time, until nothing is under way."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from tests.model.laboratory import Laboratory
from tests.model.stillness import Posture, postures
from tests.support.insisting import insist

GONE = "gone"
"""The refusal of a workflow that has ended."""

# Of real time: an update that the server lost is sent again after this long.
_LOST = 1.0
_LOOK = 0.002
# An activity that takes longer probably waits for its next attempt: then time has to pass.
_WORKS_FOR = 0.03
# A workflow task that takes longer is lost; another one comes when its time is up.
_THINKS_FOR = 1.5
_LOST_TASK = 4.0
_LONGEST_REST = 40.0


class NeverStill(AssertionError):
    """Something goes on and on."""


class ServerStuck(Exception):
    """The server lost a workflow's task: it does so where an activity is cancelled as it ends."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """To a request that may have to wait for its answer until time has passed."""

    id: str
    task: asyncio.Task[str | None]

    @property
    def is_there(self) -> bool:
        return self.task.done()

    @property
    def refusal(self) -> str | None:
        """The type of the refusal, where it is refused by now."""
        return self.task.result() if self.task.done() else None


class Pace:
    def __init__(self, laboratory: Laboratory) -> None:
        self._laboratory = laboratory
        self._answers: list[Answer] = []

    async def now(self) -> datetime:
        return await self._laboratory.clocks.now()

    def ask(self, workflow_id: str, verb: str, *given: Any) -> Answer:
        """By an update. Its id stays the same however often it has to be sent."""
        handle = self._laboratory.client.get_workflow_handle(workflow_id)
        update_id = uuid4().hex
        task = asyncio.create_task(_refusal(handle, verb, given, update_id))
        answer = Answer(id=update_id, task=task)
        self._answers.append(answer)
        return answer

    async def rest(self) -> list[Posture]:
        """Return as soon as everything waits: for a time, a person, or news from outside."""
        loop = asyncio.get_running_loop()
        give_up_at, nudge, moved_at = loop.time() + _LONGEST_REST, 0.5, loop.time()
        while loop.time() < give_up_at:
            found = await postures(self._laboratory.client)
            running = {posture.workflow_id for posture in found}
            busy = any(posture.is_busy(running) for posture in found)
            works = any(posture.works for posture in found)
            if not busy and not works and self._all_are_answered(found):
                return found
            if busy and loop.time() - moved_at > _THINKS_FOR:
                await self._see_whether_it_is_stuck(found)
            if loop.time() - moved_at > (_THINKS_FOR if busy or not works else _WORKS_FOR):
                await self.jump(await self.now() + timedelta(seconds=_LOST_TASK if busy else nudge))
                nudge, moved_at = nudge * 2, loop.time()
            await asyncio.sleep(_LOOK)
        raise NeverStill(f"Still going on: {found}; unanswered: {self._answers}")

    async def jump(self, to: datetime) -> None:
        """What is due until then happens meanwhile; ask for rest to see the end of it."""
        await self._laboratory.clocks.jump(to)

    async def pass_time(self, seconds: float) -> None:
        """Stop at whatever happens meanwhile, so that everybody has the time it is."""
        end = await self.now() + timedelta(seconds=seconds)
        while await self.now() < end:
            await self.jump(min(end, await self.next_event() or end))
        await self.rest()

    async def next_event(self) -> datetime | None:
        """When the next timer of anything is due; None where nothing runs."""
        timers = [timer for posture in await self.rest() for timer in posture.timers]
        return min(timers) + timedelta(milliseconds=5) if timers else None

    async def _see_whether_it_is_stuck(self, found: Collection[Posture]) -> None:
        """Its history waits for an activity that it has no more: nobody ever ends that."""
        for posture in found:
            if posture.thinks and posture.works:
                handle = self._laboratory.client.get_workflow_handle(posture.workflow_id)
                if not (await handle.describe()).raw_description.pending_activities:
                    raise ServerStuck(posture)

    def forget(self) -> None:
        """Nobody waits for an answer any more."""
        for answer in self._answers:
            answer.task.cancel()

    def _all_are_answered(self, found: Collection[Posture]) -> bool:
        """Or wait with their workflow."""
        waiting = {id_ for posture in found for id_ in posture.heard - posture.answered}
        self._answers = [answer for answer in self._answers if not answer.is_there]
        return all(answer.id in waiting for answer in self._answers)


async def _refusal(
    handle: WorkflowHandle[Any, Any], verb: str, given: tuple[Any, ...], update_id: str
) -> str | None:
    """None where it was granted. The server whose time is skipped loses updates sometimes."""
    try:
        await insist(handle, verb, *given, update_id=update_id, lost_after=_LOST)
    except WorkflowUpdateFailedError as failure:
        cause = failure.cause
        return str(cause.type) if isinstance(cause, ApplicationError) else repr(cause)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return GONE
        raise
    return None

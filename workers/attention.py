"""A step that keeps failing asks for a person: its activity tells the workflow that waits for it.

The workflow itself sees nothing of attempts, and the engine's lists can't be searched for them.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from adapters.culprits import culprit_of
from domain.attention import Culprit, StepTrouble
from domain.errors import DomainError
from workflows.attention import Attentive

# The workflow remembers what it was told: this is for one that went on as another run.
_AGAIN_AFTER_SECONDS = 600
_RPC_TIMEOUT = timedelta(seconds=5)
# Steps whose last failure is remembered: more than fail within the longest wait for another try.
_FAILED_LATELY = 10_000

log = structlog.stdlib.get_logger(__name__)

Step = tuple[str, str]
"""The ids of a run and of an activity of it."""
Told = tuple[Step, Culprit]
"""What it was said to fail on."""


class Attention(Interceptor):
    """Speaks of steps that have failed for `patience` since they were first scheduled.

    Of each, and of each culprit, once in ten minutes. An attempt neither waits for that nor
    fails by it.
    """

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._told: dict[Told, float] = {}
        self._failed: dict[Step, int] = {}
        self._speaking: dict[Step, asyncio.Task[None]] = {}

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Watched(next, self)

    def begins(self, attempt: "_Attempt") -> None:
        """The one before may have ended without a word: by its timeout, or with its worker.

        Or it failed in another process: what this one knows of the step is not taken back then.
        """
        number = attempt.info.attempt
        if number > 1 and self._failed.get(attempt.step) != number - 1:
            known = self._told_lately()
            if all((attempt.step, culprit) not in known for culprit in Culprit):
                self._mind(attempt, Culprit.SILENCE)

    def fails(self, attempt: "_Attempt", culprit: Culprit) -> None:
        self._failed.pop(attempt.step, None)
        self._failed[attempt.step] = attempt.info.attempt
        if len(self._failed) > _FAILED_LATELY:
            del self._failed[next(iter(self._failed))]
        self._mind(attempt, culprit)

    def _mind(self, attempt: "_Attempt", culprit: Culprit) -> None:
        """Speak, where it has been long enough and was not said lately."""
        told = (attempt.step, culprit)
        if attempt.age < self._patience or told in self._told_lately():
            return
        self._told[told] = time.monotonic()
        before = self._speaking.get(attempt.step)
        speaking = asyncio.create_task(self._tell(attempt.info, told, after=before))
        self._speaking[attempt.step] = speaking
        speaking.add_done_callback(lambda done: self._has_spoken(attempt.step, done))

    def _has_spoken(self, step: Step, done: asyncio.Task[None]) -> None:
        if self._speaking[step] is done:
            del self._speaking[step]

    def _told_lately(self) -> dict[Told, float]:
        """What is older is forgotten."""
        since = time.monotonic() - _AGAIN_AFTER_SECONDS
        self._told = {told: at for told, at in self._told.items() if at > since}
        return self._told

    async def _tell(
        self, info: activity.Info, told: Told, *, after: asyncio.Task[None] | None
    ) -> None:
        """One `after` another: the last one is what the workflow shows."""
        if after:
            await after
        _, culprit = told
        named = {"activity": info.activity_type, "attempt": info.attempt, "culprit": culprit}
        try:
            await _signal(activity.client(), info, culprit)
        except Exception:
            # The next attempt tells it.
            self._told.pop(told, None)
            log.warning("activity.trouble_not_told", exc_info=True, **named)
        else:
            log.warning("activity.keeps_failing", **named)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Under way since `began`, by this process's own clock."""

    info: activity.Info
    began: float

    @property
    def step(self) -> Step:
        return self.info.workflow_run_id or "", self.info.activity_id

    @property
    def age(self) -> timedelta:
        """Since the step was first scheduled. The server's two times differ by its clock alone."""
        waited = self.info.started_time - self.info.scheduled_time
        return waited + timedelta(seconds=time.monotonic() - self.began)


class _Watched(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, attention: Attention) -> None:
        super().__init__(next)
        self._attention = attention

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        attempt = _Attempt(activity.info(), time.monotonic())
        if attempt.info.is_local or attempt.info.workflow_id is None:
            return await super().execute_activity(input)
        self._attention.begins(attempt)
        try:
            return await super().execute_activity(input)
        except Exception as error:
            if _is_weather(error):
                self._attention.fails(attempt, culprit_of(error))
            raise


def _is_weather(error: Exception) -> bool:
    """Whether the step is tried again."""
    ends_it = isinstance(error, ApplicationError) and error.non_retryable
    return not (ends_it or isinstance(error, DomainError))


async def _signal(client: Client, info: activity.Info, culprit: Culprit) -> None:
    trouble = StepTrouble(
        step=info.activity_type, since=info.scheduled_time, attempt=info.attempt, why=culprit
    )
    workflow = client.get_workflow_handle(info.workflow_id or "", run_id=info.workflow_run_id)
    await workflow.signal(Attentive.step_keeps_failing, trouble, rpc_timeout=_RPC_TIMEOUT)

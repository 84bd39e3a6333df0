"""Why a person has to look at a workflow: in the list the most pressing reason, on the page all."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import cast

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

from workflows.markdown import escape
from workflows.search_attributes import ATTENTION_REASON

with workflow.unsafe.imports_passed_through():
    from domain.attention import StepTrouble

# The database that lists workflows takes 255.
_LONGEST = 120
_RUNBOOK = "docs/runbooks/attention-needed.md"


class Urgency(IntEnum):
    """What comes first in the list. Without its step nothing goes on, not even a late order."""

    MONEY = 0
    STEP = 1
    CLOCK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`phrase` is plain text for the list; `to_do` and `why` are Markdown for the page."""

    phrase: str
    urgency: Urgency
    since: datetime
    to_do: str
    why: str = ""


@dataclass(eq=False, slots=True, kw_only=True)
class _Step:
    """Under way. `trouble` is what its attempts have told, if anything."""

    activity: str
    summary: str
    began: datetime
    trouble: StepTrouble | None = None


class Attention:
    """What is open now: one alarm of the workflow's own, and steps that keep failing.

    `tell` adds a sentence to the page's story and shows the page anew.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._alarm: Reason | None = None
        self._steps: list[_Step] = []
        self._published = ""

    # The workflow's own alarm.

    def alarm(
        self,
        phrase: str,
        to_do: str,
        *,
        urgency: Urgency = Urgency.CLOCK,
        also: SearchAttributeUpdate[str] | None = None,
    ) -> bool:
        """True where that is new. It takes the place of the one before.

        `also` is published in the same command.
        """
        is_new = self._alarm is None or self._alarm.phrase != phrase
        if is_new:
            now = workflow.now()
            self._alarm = Reason(phrase=phrase, urgency=urgency, since=now, to_do=to_do)
        self._publish(also)
        return is_new

    def calm(self, *, also: SearchAttributeUpdate[str] | None = None) -> bool:
        """True where there was an alarm. Steps that fail calm themselves, when they end."""
        was_alarmed, self._alarm = self._alarm is not None, None
        self._publish(also)
        return was_alarmed

    # Its steps.

    @contextmanager
    def over(self, activity: str, summary: str) -> Iterator[None]:
        """Around a step: what is told of it then is over when it ends, however it ends."""
        step = _Step(activity=activity, summary=summary, began=workflow.now())
        self._steps.append(step)
        try:
            yield
        except GeneratorExit:
            # The worker throws the run away, at any moment, even inside of another workflow.
            raise
        except BaseException:
            self._end(step)
            raise
        else:
            self._end(step)

    def _end(self, step: _Step) -> None:
        self._steps.remove(step)
        if step.trouble:
            self._publish()
            self._tell(f"No longer failing: {escape(step.summary)}.")

    def step_fails(self, trouble: StepTrouble) -> None:
        """It may have ended since: then nothing is to be done about it."""
        for step in self._steps:
            # One that began after the trouble is another, of the same name.
            if step.activity == trouble.step and step.began <= trouble.since:
                is_new, step.trouble = step.trouble is None, trouble
                self._publish()
                how = "Keeps failing" if is_new else "Still failing"
                self._tell(f"{how}: {escape(step.summary)}: {trouble.why.words}.")
                return

    # What is shown of both.

    @property
    def reasons(self) -> list[Reason]:
        """The most pressing first."""
        troubled = [(step, step.trouble) for step in self._steps]
        failing = [_reason(step, trouble) for step, trouble in troubled if trouble]
        found = [*failing, self._alarm] if self._alarm else failing
        return sorted(found, key=lambda reason: reason.urgency)

    @property
    def has_failing_step(self) -> bool:
        return any(step.trouble for step in self._steps)

    def render(self) -> str:
        """For the page: what it is, since when, why, and what to try. Empty where all is well."""
        return "\n>\n".join(map(_shown, self.reasons))

    def _publish(self, also: SearchAttributeUpdate[str] | None = None) -> None:
        changes: list[SearchAttributeUpdate[str]] = [also] if also else []
        phrase = self.reasons[0].phrase[:_LONGEST] if self.reasons else ""
        if phrase != self._published:
            self._published = phrase
            unset = ATTENTION_REASON.value_unset()
            changes.append(ATTENTION_REASON.value_set(phrase) if phrase else unset)
        if changes:
            workflow.upsert_search_attributes(changes)


class Attentive:
    """A workflow whose steps ask for a person where they keep failing."""

    attention: Attention

    @workflow.signal(description="From a step of its own that keeps failing.")
    def step_keeps_failing(self, trouble: StepTrouble) -> None:
        self.attention.step_fails(trouble)


def of_this_workflow() -> Attention:
    return cast("Attentive", workflow.instance()).attention


def _shown(reason: Reason) -> str:
    why = f": {reason.why}" if reason.why else ""
    since = f"since {reason.since:%d %b %H:%M:%S} UTC"
    return f"> **{escape(reason.phrase)}**, {since}{why}. **To do:** {reason.to_do}"


def _reason(step: _Step, trouble: StepTrouble) -> Reason:
    return Reason(
        phrase=f"Keeps failing: {step.summary}",
        urgency=Urgency.STEP,
        since=trouble.since,
        why=f"{trouble.why.words} (attempt {trouble.attempt})",
        to_do=f"{trouble.why.hint} Runbook: `{_RUNBOOK}`.",
    )

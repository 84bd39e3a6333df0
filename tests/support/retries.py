"""A step that keeps failing, as the engine tries it again and again."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from temporalio.client import WorkflowHandle

from adapters.temporal_steps import failing_steps
from tests.support.polling import seen

# Long enough for a person to press a button where everything is slow, and somewhat less than the
# longest wait between two tries, which the seventh and all after it end with.
_AWHILE = timedelta(seconds=25)


@dataclass(frozen=True, kw_only=True)
class Retried:
    """`due` is when the step is tried again by itself."""

    workflow: WorkflowHandle[Any, Any]
    activity_id: str
    due: datetime

    @classmethod
    async def of(cls, workflow: WorkflowHandle[Any, Any]) -> Self:
        """The only one that fails, as soon as its next try is a while away."""

        async def planned() -> Self:
            [step] = await failing_steps(workflow)
            due = step.next_attempt_schedule_time.ToDatetime(UTC)
            return cls(workflow=workflow, activity_id=step.activity_id, due=due)

        return await seen(planned, lambda it: it.due - datetime.now(UTC) > _AWHILE, seconds=100)

    async def began_to_work(self) -> datetime:
        """When its last try began: the one that worked."""
        scheduled: set[int] = set()
        async for event in self.workflow.fetch_history_events():
            if event.activity_task_scheduled_event_attributes.activity_id == self.activity_id:
                scheduled.add(event.event_id)
            if event.activity_task_started_event_attributes.scheduled_event_id in scheduled:
                return event.event_time.ToDatetime(UTC)
        message = f"It was not done: {self}"
        raise LookupError(message)

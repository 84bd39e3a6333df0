"""What an open workflow waits for, by its history: nothing that nobody would ever wake it from."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import ListOpenWorkflowExecutionsRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

_SUFFIX = "_event_attributes"
_TASK = "workflow_task"
_TOLD = 30
# What begins something is an event; what ends it names that event in one of these.
_BEGIN = {
    "timer_started",
    "activity_task_scheduled",
    "start_child_workflow_execution_initiated",
    "signal_external_workflow_execution_initiated",
    "request_cancel_external_workflow_execution_initiated",
}
_BEGUN_BY = ("initiated_event_id", "scheduled_event_id", "started_event_id")
_END = {
    "timer": {"fired", "canceled"},
    "activity_task": {"completed", "failed", "timed_out", "canceled"},
    "child_workflow_execution": {"completed", "failed", "timed_out", "canceled", "terminated"},
    "start_child_workflow_execution": {"failed"},
    "external_workflow_execution": {"signaled", "cancel_requested"},
    "signal_external_workflow_execution": {"failed"},
    "request_cancel_external_workflow_execution": {"failed"},
}
_CLOSED = {
    f"workflow_execution_{end}"
    for end in ("completed", "failed", "timed_out", "canceled", "terminated", "continued_as_new")
}
_ENDS = {f"{subject}_{end}" for subject, ends in _END.items() for end in ends}


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is a timer's time, `child` the id of a child that runs."""

    what: str
    until: datetime | None = None
    child: str = ""


@dataclass(kw_only=True)
class Posture:
    """`waits` are by the event that began them; `heard` are the ids of updates it took on."""

    workflow_id: str
    thinks: bool = True
    ended: bool = False
    waits: dict[int, Wait] = field(default_factory=dict)
    heard: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    @property
    def timers(self) -> list[datetime]:
        return [wait.until for wait in self.waits.values() if wait.until]

    @property
    def has_a_deadline(self) -> bool:
        """It goes on by itself some time, whoever keeps silent."""
        return bool(self.timers) or self.works

    @property
    def works(self) -> bool:
        """An activity runs, or waits for its next attempt."""
        return any(wait.what == "activity_task_scheduled" for wait in self.waits.values())

    def is_busy(self, running: Collection[str]) -> bool:
        """It thinks, or waits for news that are on their way."""
        return self.thinks or any(_is_passing(wait, running) for wait in self.waits.values())

    def read(self, event: HistoryEvent) -> None:
        kind = str(event.WhichOneof("attributes")).removesuffix(_SUFFIX)
        about = getattr(event, f"{kind}{_SUFFIX}")
        if kind.startswith(_TASK):
            self.thinks = kind.endswith(("scheduled", "started"))
        elif kind in _CLOSED:
            self.ended = True
        elif kind in _BEGIN:
            self.waits[event.event_id] = _wait(kind, event, about)
        elif kind == "child_workflow_execution_started":
            child = about.workflow_execution.workflow_id
            self.waits[about.initiated_event_id] = Wait(kind, child=child)
        elif kind in _ENDS:
            self.waits.pop(_begun_by(about), None)
        elif kind == "workflow_execution_update_accepted":
            self.heard.add(about.accepted_request.meta.update_id)
        elif kind == "workflow_execution_update_completed":
            self.answered.add(about.meta.update_id)


def _is_passing(wait: Wait, running: Collection[str]) -> bool:
    if wait.child:
        return wait.child not in running
    return wait.what.endswith("initiated")


def _wait(kind: str, event: HistoryEvent, about: Any) -> Wait:
    if kind != "timer_started":
        return Wait(kind)
    patience = timedelta(seconds=about.start_to_fire_timeout.ToNanoseconds() / 1e9)
    return Wait(kind, until=event.event_time.ToDatetime(tzinfo=UTC) + patience)


def _begun_by(about: Any) -> int:
    names = about.DESCRIPTOR.fields_by_name
    return next((getattr(about, name) for name in _BEGUN_BY if name in names), 0)


async def postures(client: Client) -> list[Posture]:
    """Of every workflow that runs."""
    request = ListOpenWorkflowExecutionsRequest(namespace=client.namespace)
    # The server lists them without a lock, and fails where one begins meanwhile: it is asked again.
    answer = await client.workflow_service.list_open_workflow_executions(request, retry=True)
    found = [await _posture(client, one.execution.workflow_id) for one in answer.executions]
    return [posture for posture in found if posture and not posture.ended]


async def _posture(client: Client, workflow_id: str) -> Posture | None:
    """None where it ended since it was listed."""
    posture = Posture(workflow_id=workflow_id)
    try:
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    for event in history.events:
        posture.read(event)
    return posture


async def story(client: Client, workflow_id: str) -> str:
    """The last of a workflow's history, to read where something is wrong."""
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    kinds = [str(event.WhichOneof("attributes")) for event in history.events]
    told = [kind.removesuffix(_SUFFIX) for kind in kinds if not kind.startswith(_TASK)]
    return ", ".join(told[-_TOLD:])

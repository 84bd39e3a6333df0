"""Histories of workflows: kept as JSON, and replayed on the code of today."""

import re
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer

from adapters.temporal import DATA_CONVERTER

# These name the files and the process of the machine that recorded, and replays need neither.
_PLACES = re.compile(r'"(stackTrace|identity)": "(?:[^"\\]|\\.)*"')
_BEGINNINGS = {
    "activity_task_scheduled_event_attributes",
    "timer_started_event_attributes",
    "start_child_workflow_execution_initiated_event_attributes",
}


async def replay(
    history: WorkflowHistory, *workflows: type, converter: DataConverter = DATA_CONVERTER
) -> None:
    """Raises where the code does not do again what the history says."""
    # In debug mode no step is interrupted that takes two seconds of a busy machine. An interrupted
    # one may leave its loop so that it can't be evicted, and the replay would never end.
    replayer = Replayer(workflows=workflows, data_converter=converter, debug_mode=True)
    await replayer.replay_workflow(history)


def unexplained(history: WorkflowHistory) -> list[str]:
    """What it began without a line that says what for, which the UI would show."""
    return [
        f"{event.event_id}: {event.WhichOneof('attributes')}"
        for event in history.events
        if _begins_something(event) and event.user_metadata.summary.data in {b"", b'""'}
    ]


def _begins_something(event: HistoryEvent) -> bool:
    is_local = event.marker_recorded_event_attributes.marker_name == "core_local_activity"
    return is_local or event.WhichOneof("attributes") in _BEGINNINGS


def keep(history: WorkflowHistory, path: Path) -> None:
    text = _PLACES.sub(r'"\1": ""', history.to_json())
    path.write_text(text + "\n")


def kept(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())

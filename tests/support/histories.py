"""Histories of workflows: kept as JSON, and replayed on the code of today."""

import re
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from adapters.temporal import DATA_CONVERTER

# These name the files and the process of the machine that recorded, and replays need neither.
_PLACES = re.compile(r'"(stackTrace|identity)": "(?:[^"\\]|\\.)*"')


async def replay(history: WorkflowHistory, *workflows: type) -> None:
    """Raises where the code does not do again what the history says."""
    replayer = Replayer(workflows=workflows, data_converter=DATA_CONVERTER)
    await replayer.replay_workflow(history)


def keep(history: WorkflowHistory, path: Path) -> None:
    text = _PLACES.sub(r'"\1": ""', history.to_json())
    path.write_text(text + "\n")


def kept(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text())

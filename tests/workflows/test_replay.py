"""Orders that are open while we deploy go on: their histories replay on the new code.

`make histories` records anew, after a change that was meant to change them.
"""

import re
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer

from adapters.temporal import DATA_CONVERTER
from tests.support.fakes import FakeActivities
from tests.support.fingerprints import FILE, fingerprints, recorded
from tests.support.scenarios import SCENARIOS
from workflows.order import OrderWorkflow
from workflows.refund import RefundWorkflow

HISTORIES = Path(__file__).parent / "histories"
# Also those that a scenario went through in the past, kept under a name of their own.
RECORDED = sorted({*SCENARIOS, *(path.stem for path in HISTORIES.glob("*.json"))})
# It names the files of the machine that recorded, and replays need none.
STACK_TRACE = re.compile(r'"stackTrace": "(?:[^"\\]|\\.)*"')


async def replay(history: WorkflowHistory) -> None:
    replayer = Replayer(workflows=[OrderWorkflow, RefundWorkflow], data_converter=DATA_CONVERTER)
    await replayer.replay_workflow(history)


class TestReplay:
    @pytest.mark.parametrize("name", SCENARIOS)
    async def test_of_a_fresh_history_does_the_same_again(
        self,
        name: str,
        client: Client,
        activities: FakeActivities,
        request: pytest.FixtureRequest,
    ) -> None:
        handle = await SCENARIOS[name](client, activities)
        history = await handle.fetch_history()
        await replay(history)
        if request.config.getoption("--record"):
            text = STACK_TRACE.sub('"stackTrace": ""', history.to_json())
            (HISTORIES / f"{name}.json").write_text(text + "\n")

    @pytest.mark.parametrize("name", RECORDED)
    async def test_of_a_recorded_history_does_the_same_as_then(self, name: str) -> None:
        text = (HISTORIES / f"{name}.json").read_text()
        await replay(WorkflowHistory.from_json(f"order-{name}", text))


def test_a_change_of_a_workflow_is_noticed(request: pytest.FixtureRequest) -> None:
    """Open orders replay whatever is changed here: that must be meant, and shown to be safe."""
    if request.config.getoption("--record"):
        FILE.write_text(fingerprints())
    assert recorded() == fingerprints(), (
        "The workflows changed. Do the recorded histories above still replay? Then run `make "
        "histories` and commit what it writes. If not, open orders need the old build: see "
        "docs/development.md."
    )

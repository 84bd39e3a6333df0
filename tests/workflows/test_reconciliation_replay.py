"""A reconciliation that is under way while we deploy goes on: its history replays on the new code.

`make histories` records anew, after a change that was meant to change them.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.support.fakes_reconciliation import World, reconciling
from tests.support.histories import keep, kept, replay, unexplained
from tests.support.scenarios_reconciliation import SCENARIOS
from workflows.reconciliation import ReconciliationWorkflow

HISTORIES = Path(__file__).parent / "histories" / "reconciliation"
# Also those that a scenario went through in the past, kept under a name of their own.
RECORDED = sorted({*SCENARIOS, *(path.stem for path in HISTORIES.glob("*.json"))})


@pytest.fixture
async def world(client: Client) -> AsyncIterator[World]:
    async with reconciling(client) as world:
        yield world


class TestReplay:
    @pytest.mark.parametrize("name", SCENARIOS)
    async def test_of_a_fresh_history_does_the_same_again(
        self, name: str, client: Client, world: World, request: pytest.FixtureRequest
    ) -> None:
        run = await SCENARIOS[name](client, world)
        history = await run.fetch_history()
        await replay(history, ReconciliationWorkflow)
        assert unexplained(history) == []
        if request.config.getoption("--record"):
            keep(history, HISTORIES / f"{name}.json")

    @pytest.mark.parametrize("name", RECORDED)
    async def test_of_a_recorded_history_does_the_same_as_then(self, name: str) -> None:
        await replay(kept(HISTORIES / f"{name}.json"), ReconciliationWorkflow)

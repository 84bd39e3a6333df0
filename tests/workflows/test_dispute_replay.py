"""A dispute takes weeks: its history replays on whatever is deployed meanwhile.

`make histories` records anew, after a change that was meant to change them.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from domain.disputes import DisputeState
from tests.support.fakes_disputes import FakeDisputes, disputing, follow
from tests.support.histories import keep, kept, replay, unexplained
from workflows.dispute import DisputeWorkflow

HISTORIES = Path(__file__).parent / "histories" / "dispute"
OPEN, WON, LOST = DisputeState.OPEN, DisputeState.WON, DisputeState.LOST
SCENARIOS: dict[str, list[DisputeState | None]] = {
    "won_after_a_day": [OPEN, OPEN, WON],
    "lost_before_the_first_look": [LOST],
    "of_nobodys_money": [None],
}
# Also those that a scenario went through in the past, kept under a name of their own.
RECORDED = sorted({*SCENARIOS, *(path.stem for path in HISTORIES.glob("*.json"))})


@pytest.fixture
async def disputes(client: Client) -> AsyncIterator[FakeDisputes]:
    async with disputing(client) as fakes:
        yield fakes


class TestReplay:
    @pytest.mark.time_skipping
    @pytest.mark.parametrize("name", SCENARIOS)
    async def test_of_a_fresh_history_does_the_same_again(
        self, name: str, client: Client, disputes: FakeDisputes, request: pytest.FixtureRequest
    ) -> None:
        disputes.states = [*SCENARIOS[name]]
        dispute = await follow(client)
        await dispute.result()
        history = await dispute.fetch_history()
        await replay(history, DisputeWorkflow)
        assert unexplained(history) == []
        if request.config.getoption("--record"):
            keep(history, HISTORIES / f"{name}.json")

    @pytest.mark.parametrize("name", RECORDED)
    async def test_of_a_recorded_history_does_the_same_as_then(self, name: str) -> None:
        await replay(kept(HISTORIES / f"{name}.json"), DisputeWorkflow)

"""Deliveries that are under way while we deploy go on: their histories replay on the new code.

`make histories` records anew, after a change that was meant to change them.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.fakes_delivery import FakeDeliveries, delivering
from tests.support.histories import keep, kept, replay, unexplained
from tests.support.scenarios_delivery import AT_ONCE, IN_TIME
from workflows.delivery import DeliveryWorkflow

HISTORIES = Path(__file__).parent / "histories" / "delivery"
SCENARIOS = AT_ONCE | IN_TIME
# Also those that a scenario went through in the past, kept under a name of their own.
RECORDED = sorted({*SCENARIOS, *(path.stem for path in HISTORIES.glob("*.json"))})
NAMED = [
    *AT_ONCE,
    *(pytest.param(name, marks=pytest.mark.time_skipping) for name in IN_TIME),
]


@pytest.fixture
async def activities(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    async with delivering(environment) as fakes:
        yield fakes


class TestReplay:
    @pytest.mark.parametrize("name", NAMED)
    async def test_of_a_fresh_history_does_the_same_again(
        self,
        name: str,
        environment: WorkflowEnvironment,
        activities: FakeDeliveries,
        request: pytest.FixtureRequest,
    ) -> None:
        delivery = await SCENARIOS[name](environment, activities)
        history = await delivery.handle.fetch_history()
        await replay(history, DeliveryWorkflow)
        assert unexplained(history) == []
        if request.config.getoption("--record"):
            keep(history, HISTORIES / f"{name}.json")

    @pytest.mark.parametrize("name", RECORDED)
    async def test_of_a_recorded_history_does_the_same_as_then(self, name: str) -> None:
        await replay(kept(HISTORIES / f"{name}.json"), DeliveryWorkflow)

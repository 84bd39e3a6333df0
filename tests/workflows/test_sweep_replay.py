"""A sweep that waits for its database while we deploy goes on: its history replays on the new code.

`make histories` records anew, after a change that was meant to change it.
"""

from pathlib import Path

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from domain.findings import SweepFor, Swept
from tests.support.histories import keep, kept, replay, unexplained
from workers.interceptors import Activities
from workflows.policies import PAYMENTS
from workflows.sweep import SweepWorkflow

HISTORIES = Path(__file__).parent / "histories" / "sweep"


class FakeSweep:
    """Its first try fails."""

    def __init__(self) -> None:
        self._tries = 0

    @activity.defn
    async def sweep(self, _: SweepFor) -> Swept:
        self._tries += 1
        if self._tries == 1:
            raise ConnectionError
        return Swept(found={"no_progress": 2})


class TestReplay:
    async def test_of_a_fresh_history_does_the_same_again(
        self, client: Client, request: pytest.FixtureRequest
    ) -> None:
        sweep = FakeSweep().sweep
        async with Worker(
            client,
            task_queue=PAYMENTS,
            workflows=[SweepWorkflow],
            activities=[sweep],
            interceptors=[Activities()],
        ):
            run = await client.start_workflow(
                SweepWorkflow.run, SweepFor(grace_seconds=600), id="sweep", task_queue=PAYMENTS
            )
            assert (await run.result()).found == {"no_progress": 2}
        history = await run.fetch_history()
        await replay(history, SweepWorkflow)
        assert unexplained(history) == []
        if request.config.getoption("--record"):
            keep(history, HISTORIES / "two_findings.json")

    @pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json")), ids=lambda path: path.stem)
    async def test_of_a_recorded_history_does_the_same_as_then(self, path: Path) -> None:
        await replay(kept(path), SweepWorkflow)

"""Orders that are open while we deploy go on: their histories replay on the new code.

`make histories` records anew, after a change that was meant to change them.
"""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.support.fakes import FakeActivities
from tests.support.fingerprints import FILE, fingerprints, recorded
from tests.support.histories import keep, kept, replay, unexplained
from tests.support.scenarios import AT_ONCE, IN_TIME
from tests.support.scenarios_refund import SCENARIOS as REFUNDS
from workflows.order import OrderWorkflow
from workflows.refund import RefundWorkflow

HISTORIES = Path(__file__).parent / "histories"
ORDERS = AT_ONCE | IN_TIME
# Also those that a scenario went through in the past, kept under a name of their own.
RECORDED = sorted({*ORDERS, *REFUNDS, *(path.stem for path in HISTORIES.glob("*.json"))})
NAMED = [
    *AT_ONCE,
    *(pytest.param(name, marks=pytest.mark.time_skipping) for name in IN_TIME),
]


class TestReplay:
    @pytest.mark.parametrize("name", NAMED)
    async def test_of_a_fresh_order_does_the_same_again(
        self,
        name: str,
        client: Client,
        activities: FakeActivities,
        request: pytest.FixtureRequest,
    ) -> None:
        order = await ORDERS[name](client, activities)
        history = await order.handle.fetch_history()
        await replay(history, OrderWorkflow)
        # The server that skips time keeps no such line of a child.
        assert unexplained(history) == [] or name in IN_TIME
        if request.config.getoption("--record"):
            keep(history, HISTORIES / f"{name}.json")

    @pytest.mark.parametrize("name", REFUNDS)
    async def test_of_a_fresh_refund_does_the_same_again(
        self,
        name: str,
        client: Client,
        activities: FakeActivities,
        request: pytest.FixtureRequest,
    ) -> None:
        refund = await REFUNDS[name](client, activities)
        history = await refund.fetch_history()
        await replay(history, RefundWorkflow)
        assert unexplained(history) == []
        if request.config.getoption("--record"):
            keep(history, HISTORIES / f"{name}.json")

    @pytest.mark.parametrize("name", RECORDED)
    async def test_of_a_recorded_history_does_the_same_as_then(self, name: str) -> None:
        await replay(kept(HISTORIES / f"{name}.json"), OrderWorkflow, RefundWorkflow)


def test_what_is_begun_without_a_line_is_noticed() -> None:
    history = kept(HISTORIES / "delivered.json")
    assert unexplained(history) == []
    for event in history.events:
        event.ClearField("user_metadata")
    found = [each.partition(": ")[2].partition("_")[0] for each in unexplained(history)]
    assert {*found} == {"activity", "timer", "start", "marker"}


def test_a_change_of_a_workflow_is_noticed(request: pytest.FixtureRequest) -> None:
    """Open orders replay whatever is changed here: that must be meant, and shown to be safe."""
    if request.config.getoption("--record"):
        FILE.write_text(fingerprints())
    assert recorded() == fingerprints(), (
        "The workflows changed. Do the recorded histories above still replay? Then run `make "
        "histories` and commit what it writes. If not, open orders need the old build: see "
        "docs/development.md."
    )

"""Every step of an order and every fault of it: how the order ends, and that nothing is left."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.matrix.faults import Fault
from tests.matrix.outcomes import Ends, Step
from tests.matrix.running import Matrix, Seen, open_matrix
from tests.matrix.table import STEPS

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

CASES = [
    pytest.param(row, fault, cell, id=f"{row.name}-{fault}")
    for row in STEPS
    for fault, cell in row.cells.items()
    if isinstance(cell, Ends)
]

Running = dict[str, asyncio.Task[Seen]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def matrix() -> AsyncIterator[Matrix]:
    async with open_matrix() as matrix:
        yield matrix


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(matrix: Matrix, request: pytest.FixtureRequest) -> Running:
    """All the cases that were asked for, at once: each is an order of its own."""
    asked_for = [getattr(item, "callspec", None) for item in request.session.items]
    return {
        case.id: asyncio.create_task(matrix.run(case.params["row"], case.params["fault"]))
        for case in asked_for
        if case and case.params.keys() >= {"row", "fault"}
    }


class TestOrder:
    @pytest.mark.parametrize(("row", "fault", "ends"), CASES)
    async def test_ends_as_the_table_says(
        self, running: Running, row: Step, fault: Fault, ends: Ends
    ) -> None:
        seen = await running[f"{row.name}-{fault}"]
        assert seen.trouble.tries > 0
        assert seen.ended == ends
        assert seen.left_open == []


class TestWhatHasNoWayBack:
    """Is no local try: a worker that dies would leave the row ahead of its workflow."""

    @pytest.mark.parametrize("name", ["accept", "begin", "ready", "write_delivered", "write_end"])
    async def test_stands_in_the_history_before_it_is_done(self, matrix: Matrix, name: str) -> None:
        [step] = [step for step in STEPS if step.name == name]
        seen = await matrix.run(step, Fault.FAILS_TWICE)
        assert (seen.trouble.tries, seen.trouble.local_tries) == (3, 0)

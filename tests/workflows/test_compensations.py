"""The undo list alone."""

import pytest
from temporalio.exceptions import ApplicationError

from workflows.compensations import Compensations


class TestCompensations:
    @pytest.fixture
    def undone(self) -> list[str]:
        return []

    @pytest.fixture
    def undo(self, undone: list[str]) -> Compensations:
        """Three undos, of which the second fails for good."""

        async def work(command: str) -> None:
            undone.append(command)

        async def fail(command: str) -> None:
            undone.append(command)
            raise ApplicationError("It can't be undone.", non_retryable=True)

        undo = Compensations()
        undo.add("first", work, "first")
        undo.add("second", fail, "second")
        undo.add("third", work, "third")
        return undo

    async def test_runs_in_reverse_and_past_one_that_fails_for_good(
        self, undo: Compensations, undone: list[str]
    ) -> None:
        with pytest.raises(ApplicationError):
            await undo.run()
        assert undone == ["third", "second", "first"]

    async def test_keeps_the_place_of_what_is_given_back_another_way(
        self, undo: Compensations, undone: list[str]
    ) -> None:
        async def otherwise(command: str) -> None:
            undone.append(f"{command}, otherwise")

        undo.add("second", otherwise, "second")
        await undo.run()
        assert undone == ["third", "second, otherwise", "first"]

    async def test_runs_nothing_twice(self, undo: Compensations, undone: list[str]) -> None:
        with pytest.raises(ApplicationError):
            await undo.run()
        await undo.run()
        assert len(undone) == 3

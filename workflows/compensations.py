"""The undo list of a saga."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio.exceptions import FailureError

Command = TypeVar("Command")


class Compensations:
    """Undo in reverse what was begun.

    A step registers its undo before it runs, because a step that timed out may have happened: so
    every undo is a no-op where there is nothing to undo, and wins over a step that lands later.
    """

    def __init__(self) -> None:
        self._undos: dict[str, Callable[[], Awaitable[None]]] = {}

    def add(self, what: str, undo: Callable[[Command], Awaitable[None]], command: Command) -> None:
        """Give back `what` by `undo`. The same again replaces the undo, and keeps its place."""
        self._undos[what] = lambda: undo(command)

    async def run(self) -> None:
        """Run every undo. One that fails for good does not keep the others from running."""
        failures: list[FailureError] = []
        while self._undos:
            _, undo = self._undos.popitem()
            try:
                await undo()
            except FailureError as failure:
                failures.append(failure)
        if failures:
            raise failures[0]

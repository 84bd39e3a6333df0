"""Bugs planted on purpose, one a test: the runs have to find each of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from temporalio import workflow

from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.steps import Step, StepState
from domain.stock import ConsumeStock
from workflows.compensations import Compensations
from workflows.stop import Stop

Bug = tuple[type, str, Callable[..., Any]]
"""The method of a class, and what it does instead."""

_add = Compensations.add


def _forgets_the_money(
    self: Compensations, what: str, undo: Callable[[Any], Awaitable[None]], command: Any
) -> None:
    if what != "money":
        _add(self, what, undo, command)


async def _leaves_no_tombstone(self: PaymentRepository, key: str, *, by: str) -> Step:
    """Only what was begun is marked: a step that comes later finds nothing."""
    return Step(
        key=key,
        state=StepState.UNDONE,
        n=1,
        begun_at=None,
        retried=False,
        refusal=None,
        undone_by=by,
    )


async def _keeps_the_slot(self: StockRepository, command: ConsumeStock) -> None:
    """The food is ready, and the kitchen's slot stays taken."""


async def _waits_for_ever(
    self: Stop,
    said: Callable[[], object],
    until: datetime,
    *,
    summary: str,
) -> None:
    await workflow.wait_condition(lambda: bool(said()) or self.is_asked)
    self.heed()


BUGS: dict[str, Bug] = {
    "an undo list forgets the money": (Compensations, "add", _forgets_the_money),
    "a void leaves no tombstone": (PaymentRepository, "bury", _leaves_no_tombstone),
    "cooked food keeps its slot": (StockRepository, "consume", _keeps_the_slot),
    "a wait has no deadline": (Stop, "or_said", _waits_for_ever),
}

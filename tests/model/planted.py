"""Bugs planted on purpose, one a test: the runs have to find each of them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from temporalio import workflow

from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.payments.steps import Step
from domain.stock import ConsumeStock
from workflows.compensations import Compensations
from workflows.stop import Stop

Bug = tuple[type, str, object]
"""The method or property of a class, and what it is instead."""

_add = Compensations.add


def _forgets_the_money(
    self: Compensations, what: str, undo: Callable[[Any], Awaitable[None]], command: Any
) -> None:
    if what != "money":
        _add(self, what, undo, command)


def _of_this_try(self: Step) -> str:
    """Stripe can't know that a try repeats one whose answer was lost."""
    return f"{self.key}:{uuid4()}"


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
    "every try has an idempotency key of its own": (
        Step,
        "vendor_key",
        property(_of_this_try),
    ),
    "cooked food keeps its slot": (StockRepository, "consume", _keeps_the_slot),
    "a wait has no deadline": (Stop, "or_said", _waits_for_ever),
}

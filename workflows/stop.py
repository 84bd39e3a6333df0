"""The end of the happy path: asked for by somebody, a deadline or the engine, once."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from temporalio import workflow

from workflows.endings import Ending, OrderEnded

with workflow.unsafe.imports_passed_through():
    from domain.orders import OrderStatus

Result = TypeVar("Result")


class Stop:
    """`ending` is why the order has to end, and None while it doesn't.

    `is_too_late` once the food is there: from then on nobody can end the order any more.
    """

    def __init__(self) -> None:
        self.ending: Ending | None = None
        self.is_too_late = False

    @property
    def is_asked(self) -> bool:
        return self.ending is not None

    def ask(self, ending: Ending) -> None:
        """Whoever asks first has the word; the order ends one way."""
        self.ending = self.ending or ending

    @property
    def may_be_asked(self) -> bool:
        return not (self.is_asked or self.is_too_late)

    def ends_as(self, status: OrderStatus) -> bool:
        return self.ending is not None and self.ending.status is status

    def heed(self) -> None:
        """After every step: the engine may set its reason without raising anything."""
        if workflow.cancellation_reason() is not None:
            raise asyncio.CancelledError
        if self.ending is not None:
            raise OrderEnded(self.ending)

    async def or_result(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Await a remote step, but not past a stop: the undo wins wherever the step lands."""
        task = asyncio.create_task(step)
        try:
            await workflow.wait_condition(lambda: task.done() or self.is_asked)
        finally:
            task.cancel()
            # What it still says is of no interest, and asyncio wants it looked at.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self.heed()
        return await task

    async def or_said(self, said: Callable[[], object], until: datetime, *, summary: str) -> None:
        """Wait for what somebody says, but not past `until`, and not past a stop."""
        patience = until - workflow.now()
        if patience.total_seconds() > 0:
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: bool(said()) or self.is_asked,
                    timeout=patience,
                    timeout_summary=summary,
                )
        self.heed()

"""What the engine's cancel must not cut short."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def to_the_end(
    work: Coroutine[Any, Any, Result], *, cancelled: Callable[[], None] = lambda: None
) -> Result:
    """Await `work` whole, however often somebody presses Request Cancellation meanwhile.

    `cancelled` is called then: what is asked for can be heeded without cutting a step short.
    """
    task = asyncio.create_task(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled()
    return await task

"""Updates that reach their workflow, and count once, also where the server loses some.

The one whose clock jumps does: see `temporal.time_skipping`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.client import (
    WorkflowHandle,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)

T = TypeVar("T")
Handle = WorkflowHandle[Any, Any]

# Of real time.
_LOST_AFTER = 5.0


async def insist(
    whom: Handle,
    update: Any,
    *command: Any,
    update_id: str | None = None,
    lost_after: float = _LOST_AFTER,
) -> Any:
    """The answer."""

    async def send(id_: str) -> Any:
        return await whom.execute_update(update, args=command, id=id_)

    return await _sent_again(send, update_id or uuid4().hex, lost_after)


async def begin(whom: Handle, update: Any, *command: Any) -> WorkflowUpdateHandle[Any]:
    """As soon as it is accepted."""

    async def send(id_: str) -> WorkflowUpdateHandle[Any]:
        accepted = WorkflowUpdateStage.ACCEPTED
        return await whom.start_update(update, args=command, id=id_, wait_for_stage=accepted)

    return await _sent_again(send, uuid4().hex, _LOST_AFTER)


async def _sent_again(send: Callable[[str], Awaitable[T]], update_id: str, lost_after: float) -> T:
    """Until it is heard. Its id stays the same however often it has to be sent."""
    while True:
        try:
            async with asyncio.timeout(lost_after):
                return await send(update_id)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            # The client calls a cancel of the whole task a timeout too.
            task = asyncio.current_task()
            if task and task.cancelling():
                raise asyncio.CancelledError from None

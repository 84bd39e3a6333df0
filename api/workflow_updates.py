"""Asking a workflow for something, and hearing whether it does it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from temporalio.client import (
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import BY_NAME

# To hear from a worker that the update is accepted; without one nothing happens, and it is 503.
_ACCEPTANCE = timedelta(seconds=4)
# For what the update does.
_OUTCOME = timedelta(seconds=4)
# The same of what looks at Stripe first, for as long as the workflows' `GLANCE`.
_SLOW = {"resolve_refund": timedelta(seconds=12)}


async def ask(
    workflow: WorkflowHandle[Any, Any],
    verb: str,
    command: object = None,
    *,
    update_id: str | None = None,
    goes_on: bool = False,
) -> bool:
    """Send the update, and wait until it is done. False where the workflow is closed.

    The engine carries an update of one id out once. One that is accepted `goes_on` by itself:
    then it is not waited for longer than a person would.

    Raises the `DomainError` that it is refused with, and
    `WorkflowUpdateRPCTimeoutOrCancelledError` where nobody answers in time: what is asked may
    then still happen, so it has to be something that can be asked again.
    """
    impatience = [WorkflowUpdateRPCTimeoutOrCancelledError] if goes_on else []
    try:
        with refused_in_its_words():
            update = await workflow.start_update(
                verb,
                args=[] if command is None else [command],
                id=update_id,
                wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                rpc_timeout=_ACCEPTANCE,
            )
            with suppress(*impatience):
                await update.result(rpc_timeout=_SLOW.get(verb, _OUTCOME))
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


@contextmanager
def refused_in_its_words() -> Iterator[None]:
    """What an update was refused with is raised as its workflow raised it."""
    try:
        yield
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        if isinstance(cause, ApplicationError) and cause.type in BY_NAME:
            raise BY_NAME[cause.type](cause.message) from failed
        raise

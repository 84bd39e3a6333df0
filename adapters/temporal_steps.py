"""Which steps of a workflow fail, as the engine has them."""

from collections.abc import Sequence
from typing import Any

from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import WorkflowHandle


async def failing_steps(run: WorkflowHandle[Any, Any]) -> Sequence[PendingActivityInfo]:
    """Those that were tried before, also while they are tried again, and those that are paused.

    None once it has ended. Raises `RPCError`.
    """
    described = await run.describe()
    pending = described.raw_description.pending_activities
    return [step for step in pending if step.attempt > 1 or step.paused]

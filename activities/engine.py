"""Asking Temporal's server about the workflow that a step belongs to."""

import asyncio

from temporalio import activity
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import ResetActivityRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.temporal_steps import failing_steps
from domain.desk import RetrySteps


class EngineActivities:
    """The server is asked through the worker's own client."""

    @activity.defn
    async def retry_steps(self, command: RetrySteps) -> list[str]:
        """Try at once what waits for its next attempt, or was paused in the Temporal UI.

        Returns the names of the steps that are tried now, also of those that just were. Their
        attempts are counted anew.
        """
        client = activity.client()
        run = client.get_workflow_handle(command.workflow_id, run_id=command.run_id)
        own = activity.info().activity_id
        failing = [step for step in await failing_steps(run) if step.activity_id != own]
        await asyncio.gather(*(_retry(client, command, step) for step in failing))
        return sorted(step.activity_type.name for step in failing)


async def _retry(client: Client, command: RetrySteps, step: PendingActivityInfo) -> None:
    if step.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED:
        return
    request = ResetActivityRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=command.workflow_id, run_id=command.run_id),
        identity=client.identity,
        id=step.activity_id,
    )
    try:
        await client.workflow_service.reset_activity(request)
    except RPCError as error:
        # It ended meanwhile.
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise

"""What the engine does with an order 30 days after its end: it forgets it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from domain.orders import PlaceOrder
from domain.progress import OrderOutcome
from tests.support.platform import Platform
from tests.support.town import Ordered
from workflows.order import OrderWorkflow, workflow_id


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """An order that ended, how it was asked for and answered, and what its workflow began with."""

    order: Ordered
    key: str
    body: dict[str, Any]
    answer: str
    placed: PlaceOrder
    workflow: WorkflowHandle[OrderWorkflow, OrderOutcome]

    async def is_forgotten(self) -> bool:
        try:
            await self.workflow.describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return True
            raise
        return False


async def forget_an_order(platform: Platform) -> Forgotten:
    """One that was cancelled. The engine forgets it within a minute or so."""
    town, temporal = platform.town, platform.witnesses.temporal
    customer, kitchen, key = await town.customer(), await town.open_kitchen(), uuid4().hex
    answer = await town.ask(customer, kitchen.order(), key=key)
    order = Ordered(id=answer.json()["id"], customer=customer, kitchen=kitchen)
    await order.until("confirmed")
    await order.cancel()
    # The witnesses remember the workflow from here on.
    await platform.comes_to_order()

    workflow = temporal.get_workflow_handle(workflow_id(UUID(order.id)))
    [started, *_] = (await workflow.fetch_history()).events
    payloads = started.workflow_execution_started_event_attributes.input.payloads
    [placed] = await temporal.data_converter.decode(payloads, [PlaceOrder])
    await temporal.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=temporal.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow.id),
        )
    )
    return Forgotten(
        order=order,
        key=key,
        body=kitchen.order(),
        answer=answer.text,
        placed=placed,
        workflow=workflow,
    )

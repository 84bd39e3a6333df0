"""A delivery's workflow that runs, and what couriers, kitchens and orders may ask of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
)
from temporalio.exceptions import ApplicationError

from domain.deliveries import CourierRequest, DeliveryOutcome
from tests.support.delivering import an_errand
from tests.support.fakes_delivery import FakeDeliveries
from tests.support.insisting import begin, insist
from tests.support.polling import eventually
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON


@dataclass(frozen=True)
class Delivery:
    """One that runs, and what may be asked of it."""

    handle: WorkflowHandle[DeliveryWorkflow, DeliveryOutcome]

    async def ask(self, verb: str, courier_id: UUID, **given: Any) -> str:
        return await self.desk(verb, CourierRequest(courier_id=courier_id, **given))

    async def desk(self, verb: str, command: object) -> str:
        """The same for what support asks."""
        answer: str = await insist(self.handle, verb, command)
        return answer

    async def refusal(self, verb: str, *command: object) -> ApplicationError:
        with pytest.raises(WorkflowUpdateFailedError) as refusal:
            await insist(self.handle, verb, *command)
        assert isinstance(refusal.value.cause, ApplicationError)
        return refusal.value.cause

    async def refused(self, verb: str, courier_id: UUID) -> str:
        """The type of the refusal."""
        with pytest.raises(WorkflowUpdateFailedError) as refusal:
            await self.ask(verb, courier_id)
        assert isinstance(refusal.value.cause, ApplicationError)
        return str(refusal.value.cause.type)

    async def begin(self, verb: str, courier_id: UUID) -> WorkflowUpdateHandle[Any]:
        """Ask, and do not wait for the answer."""
        return await begin(self.handle, verb, CourierRequest(courier_id=courier_id))

    async def attempts(self) -> int:
        """Of the step that has had most."""
        pending = (await self.handle.describe()).raw_description.pending_activities
        return max((step.attempt for step in pending), default=0)

    async def ready(self) -> None:
        await self.handle.signal(DeliveryWorkflow.food_ready)

    async def call_off(self) -> None:
        await self.handle.signal(DeliveryWorkflow.call_off)

    async def bring_to(self, state: str, courier_id: UUID) -> None:
        """From offered to `assigned`, `picked_up` or an end that a courier makes."""
        if state == "offered":
            return
        await self.ask("claim", courier_id)
        if state == "assigned":
            return
        await self.ready()
        await self.ask("pick_up", courier_id)
        if state != "picked_up":
            await self.ask({"delivered": "deliver", "failed": "fail"}[state], courier_id)

    async def accepted(self) -> int:
        """How many updates it has begun to carry out."""
        history = await self.handle.fetch_history()
        kind = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        return [event.event_type for event in history.events].count(kind)

    async def attention(self) -> str | None:
        attributes = (await self.handle.describe()).typed_search_attributes
        return attributes.get(ATTENTION_REASON)


async def begun(client: Client, activities: FakeDeliveries, **given: Any) -> Delivery:
    errand = an_errand(**given)
    handle = await client.start_workflow(
        DeliveryWorkflow.run, errand, id=workflow_id(errand.order_id), task_queue=TASK_QUEUE
    )
    await eventually(lambda: activities.has_offered(errand.order_id))
    return Delivery(handle)


async def ended_at(delivery: Delivery) -> datetime:
    """By the workflow's clock: the server's goes on once nobody waits for anything."""
    closed = (await delivery.handle.describe()).close_time
    assert closed is not None
    return closed

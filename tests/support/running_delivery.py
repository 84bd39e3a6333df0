"""A delivery's workflow that runs, and what couriers, kitchens and orders may ask of it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.deliveries import CourierRequest, DeliveryOutcome
from tests.support.delivering import an_errand
from tests.support.fakes_delivery import FakeDeliveries
from tests.support.polling import eventually
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow, workflow_id
from workflows.search_attributes import ATTENTION_REASON


@dataclass(frozen=True)
class Delivery:
    """One that runs, and what may be asked of it."""

    handle: WorkflowHandle[DeliveryWorkflow, DeliveryOutcome]

    async def ask(self, verb: str, courier_id: UUID, **given: Any) -> str:
        """Ask again where the answer gets lost: time-skipping servers lose some."""
        request = CourierRequest(courier_id=courier_id, **given)
        while True:
            try:
                answer: str = await asyncio.wait_for(self.handle.execute_update(verb, request), 5)
            except TimeoutError:
                continue
            return answer

    async def refused(self, verb: str, courier_id: UUID) -> str:
        """The type of the refusal."""
        with pytest.raises(WorkflowUpdateFailedError) as refusal:
            await self.ask(verb, courier_id)
        assert isinstance(refusal.value.cause, ApplicationError)
        return str(refusal.value.cause.type)

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
    await eventually(lambda: "offer_delivery" in activities.names)
    return Delivery(handle)


async def ended_at(delivery: Delivery) -> datetime:
    """By the workflow's clock: the server's goes on once nobody waits for anything."""
    closed = (await delivery.handle.describe()).close_time
    assert closed is not None
    return closed

"""A delivery whose workflow ends while a courier asks something of it."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import HandlerUnfinishedPolicy

from adapters.settings import DatabaseSettings, TemporalSettings
from adapters.temporal import connect
from domain.deliveries import CourierRequest
from tests.support.rest import Person, refused
from tests.support.streams import Desk, open_desk
from workflows.delivery import workflow_id

_NAME = "DeliveryWorkflow"


@workflow.defn(name=_NAME)
class Ending:
    """Accepts a claim, and ends before it can say anything to it."""

    def __init__(self) -> None:
        self._is_asked = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._is_asked)

    @workflow.update(unfinished_policy=HandlerUnfinishedPolicy.ABANDON)
    async def claim(self, _: CourierRequest) -> None:
        self._is_asked = True
        await workflow.wait_condition(lambda: False)


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await connect(TemporalSettings(address=temporal_address))


@pytest.fixture
async def ending(client: Client, databases: DatabaseSettings) -> AsyncIterator[UUID]:
    """The id of an order with such a delivery."""
    queue = uuid4().hex
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[Ending],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with open_desk(databases) as desk, worker:
        order_id = await _offered(desk)
        await client.start_workflow(_NAME, id=workflow_id(order_id), task_queue=queue)
        yield order_id


async def _offered(desk: Desk) -> UUID:
    order_id = await desk.order()
    await desk.offer(order_id)
    return order_id


async def test_is_a_conflict(ending: UUID, person: Person) -> None:
    await person.post("/couriers", {"vehicle": "bicycle"})
    answer = await person.post(f"/deliveries/{ending}/claim")
    refused(answer, 409, "illegal_transition")

"""Workers of every queue around fake activities, on the time-skipping server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.support.fakes import FakeActivities
from tests.support.temporal import time_skipping
from workers.interceptors import Activities
from workflows.order import OrderWorkflow
from workflows.policies import NOTIFICATIONS, ORDERS, PAYMENTS
from workflows.refund import RefundWorkflow


@pytest.fixture
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    async with time_skipping() as environment:
        yield environment


@pytest.fixture
def client(environment: WorkflowEnvironment) -> Client:
    return environment.client


@pytest.fixture
async def activities(client: Client) -> AsyncIterator[FakeActivities]:
    """The fakes; while a test has them, workers run them."""
    fakes = FakeActivities()
    interceptors = [Activities()]
    async with AsyncExitStack() as workers:
        for queue, workflows, does in (
            (ORDERS, [OrderWorkflow], [*fakes.orders, *fakes.payments, *fakes.notifications]),
            (PAYMENTS, [RefundWorkflow], fakes.payments),
            (NOTIFICATIONS, [], fakes.notifications),
        ):
            worker = Worker(
                client,
                task_queue=queue,
                workflows=workflows,
                activities=does,
                interceptors=interceptors,
            )
            await workers.enter_async_context(worker)
        yield fakes

"""Workers of every queue around fake activities, on a server of the test's own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import FakeActivities
from tests.support.temporal import real_time, time_skipping
from workers.interceptors import Activities
from workflows.order import OrderWorkflow
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS
from workflows.refund import RefundWorkflow


@pytest.fixture
async def environment(request: pytest.FixtureRequest) -> AsyncIterator[WorkflowEnvironment]:
    """The real server; one whose clock jumps for a test that is marked `time_skipping`."""
    skips = request.node.get_closest_marker("time_skipping")
    async with time_skipping() if skips else real_time() as environment:
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
            (DELIVERY, [FakeDelivery], []),
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

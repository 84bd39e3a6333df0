"""Workers of every queue around fake activities."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import Worker

from activities.engine import EngineActivities
from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import FakeActivities
from workers.attention import Attention
from workers.interceptors import Activities
from workflows.order import OrderWorkflow
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS
from workflows.refund import RefundWorkflow


@asynccontextmanager
async def at_work(
    client: Client, fakes: FakeActivities, *, patience: timedelta = timedelta(seconds=60)
) -> AsyncIterator[None]:
    """A step that has failed for longer than `patience` asks for a person."""
    interceptors = [Activities(), Attention(patience)]
    async with AsyncExitStack() as workers:
        for queue, workflows, does in (
            (
                ORDERS,
                [OrderWorkflow],
                # The last one asks the test's own server.
                [
                    *fakes.orders,
                    *fakes.payments,
                    *fakes.notifications,
                    EngineActivities().retry_steps,
                ],
            ),
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
        yield

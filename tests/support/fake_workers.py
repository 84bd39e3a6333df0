"""Workers of every queue around fake activities."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import (
    Interceptor,
    StartLocalActivityInput,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle

from activities.engine import EngineActivities
from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import FakeActivities
from workers.attention import Attention
from workers.interceptors import Activities
from workflows.order import OrderWorkflow
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS
from workflows.refund import RefundWorkflow

_LOCAL_TRY = timedelta(seconds=30)


class Unhurried(Interceptor):
    """A local try is not given up where the machine stands still for a second.

    The queue would do it once more, as it may: but the fakes have it in their books twice then.
    """

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002 - the same for all.
    ) -> type[WorkflowInboundInterceptor]:
        return _Inbound


class _Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Outbound(outbound))


class _Outbound(WorkflowOutboundInterceptor):
    def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
        return super().start_local_activity(replace(input, schedule_to_close_timeout=_LOCAL_TRY))


@asynccontextmanager
async def at_work(
    client: Client, fakes: FakeActivities, *, patience: timedelta = timedelta(seconds=60)
) -> AsyncIterator[None]:
    """A step that has failed for longer than `patience` asks for a person."""
    interceptors = [Activities(), Attention(patience), Unhurried()]
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

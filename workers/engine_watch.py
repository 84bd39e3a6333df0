"""What Temporal's server says of its task queues and workflows, as figures for who is on call.

The server is asked, because a worker that is gone tells nothing of itself. Every payments worker
does it, and they tell the same.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from prometheus_client import Gauge
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client

from adapters.engine_lists import OWN_CODE_FAILS
from adapters.weather import endure
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS

_EVERY_SECONDS = 15
# A worker polls for a minute at a time, and the server remembers it for five.
_POLLS_WITHIN = timedelta(minutes=2)
# Long enough to be seen, short enough that an alert ends by itself.
_LATELY = timedelta(hours=1)

_WORKFLOW = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
_ACTIVITY = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
_KINDS = {_WORKFLOW: "workflow", _ACTIVITY: "activity"}
_QUEUES = [
    *((queue, kind) for queue in (ORDERS, PAYMENTS, DELIVERY) for kind in (_WORKFLOW, _ACTIVITY)),
    (NOTIFICATIONS, _ACTIVITY),
]
# As the engine names them, and as we do.
_BROKEN = {"Failed": "failed", "Terminated": "terminated", "TimedOut": "timed_out"}

BACKLOG = Gauge("task_queue_backlog", "About how many tasks wait for a worker.", ["queue", "kind"])
BACKLOG_AGE = Gauge(
    "task_queue_backlog_age_seconds", "About how long the oldest has waited.", ["queue", "kind"]
)
POLLERS = Gauge("task_queue_pollers", "Workers that ask for its tasks.", ["queue", "kind"])
ATTENTION = Gauge("workflows_needing_attention", "Running ones with an AttentionReason.")
STUCK = Gauge("workflows_stuck", "Running ones whose own code or replay fails again and again.")
BROKEN = Gauge(
    "workflows_broken", "Those that ended within the hour as none of ours should.", ["status"]
)
WATCHED = Gauge("engine_watched_timestamp_seconds", "When the server last answered all of this.")


async def watch_engine(client: Client) -> None:
    """Until it is cancelled: it outlives outages of the server."""
    async for attempt in endure():
        with attempt:
            while True:
                await look(client, now=datetime.now(UTC))
                await asyncio.sleep(_EVERY_SECONDS)


async def look(client: Client, *, now: datetime) -> None:
    """Once. Raises `RPCError` where the server is away."""
    for queue, kind in _QUEUES:
        _publish(queue, kind, await _describe(client, queue, kind), now=now)
    ATTENTION.set(await _count(client, "AttentionReason IS NOT NULL"))
    STUCK.set(await _count(client, OWN_CODE_FAILS))
    for name, status in _BROKEN.items():
        ended = f'CloseTime > "{(now - _LATELY).isoformat()}"'
        BROKEN.labels(status).set(await _count(client, ended, status=name))
    WATCHED.set(now.timestamp())


async def _describe(
    client: Client, queue: str, kind: TaskQueueType.ValueType
) -> DescribeTaskQueueResponse:
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
            report_stats=True,
        )
    )


def _publish(
    queue: str,
    kind: TaskQueueType.ValueType,
    answer: DescribeTaskQueueResponse,
    *,
    now: datetime,
) -> None:
    age = answer.stats.approximate_backlog_age.ToTimedelta()
    polled = [poller.last_access_time.ToDatetime(UTC) for poller in answer.pollers]
    labels = (queue, _KINDS[kind])
    BACKLOG.labels(*labels).set(answer.stats.approximate_backlog_count)
    BACKLOG_AGE.labels(*labels).set(age.total_seconds())
    POLLERS.labels(*labels).set(sum(now - at < _POLLS_WITHIN for at in polled))


async def _count(client: Client, query: str, *, status: str = "Running") -> int:
    return (await client.count_workflows(f'{query} AND ExecutionStatus = "{status}"')).count

"""Serving a task queue: a process's work from the connection to the last activity."""

import asyncio
import os
import socket
from functools import partial

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue as ServerTaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from adapters.settings import TemporalSettings, WorkerSettings
from adapters.temporal import connect
from workers.process import EndedByItself, Process
from workers.task_queue import TaskQueue, build


class NotPolling(Exception):
    """The server does not hear from this worker."""


async def serve(queue: TaskQueue, process: Process) -> None:
    """Until it is cancelled; then what runs may finish, for as long as `WorkerSettings.drain`.

    Raises what ended the worker where it ended by itself.
    """
    process.checks["temporal"] = _not_yet
    client = await _connect(process)
    worker = build(queue, client, process.settings)
    process.checks["temporal"] = partial(_polls, queue, client)
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await worker.shutdown()
        await running
        raise
    raise EndedByItself


async def _connect(process: Process) -> Client:
    """The server knows it by the queue, the host and the process id."""
    return await connect(
        TemporalSettings(),
        identity=f"{process.name}@{socket.gethostname()}:{os.getpid()}",
        runtime=_runtime(process.settings),
    )


def _runtime(settings: WorkerSettings) -> Runtime | None:
    if not settings.temporal_metrics_port:
        return None
    metrics = PrometheusConfig(
        bind_address=f"{settings.host}:{settings.temporal_metrics_port}",
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
    )
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


async def _not_yet() -> None:
    raise NotPolling


async def _polls(queue: TaskQueue, client: Client) -> None:
    kind = (
        TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        if queue.workflows
        else TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    )
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=ServerTaskQueue(name=queue.name),
            task_queue_type=kind,
        )
    )
    if client.identity not in {poller.identity for poller in answer.pollers}:
        raise NotPolling

"""Serving a task queue of Temporal's: the worker's options, and whether it really polls."""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue as ServerTaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from adapters.settings import TemporalSettings, WorkerSettings
from adapters.temporal import connect
from workers.interceptors import Activities
from workers.process import EndedByItself, Process

# One for all queues: an order that is pinned to a build finds its activities in the same one.
_DEPLOYMENT = "ha-soranu"

# Workflow tasks hold the interpreter's lock, so that more threads only take turns.
_WORKFLOW_THREADS = 4
_WORKFLOW_TASKS = 32
# Activities wait for Postgres or Stripe; each context's pool has eight connections.
_ACTIVITIES = 32
_CACHED_WORKFLOWS = 2_000
# What the workflows in a dead worker's cache wait before another worker takes them.
_STICKY = timedelta(seconds=3)


class NotPolling(Exception):
    """The server does not hear from this worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueue:
    """`per_second` bounds how many of its activities start, over all workers together."""

    name: str
    activities: Sequence[Callable[..., Any]]
    workflows: Sequence[type] = ()
    per_second: float | None = None


async def connect_worker(process: Process) -> Client:
    """A client that the server knows by the queue, the host and the process id."""
    return await connect(
        TemporalSettings(),
        identity=f"{process.name}@{socket.gethostname()}:{os.getpid()}",
        runtime=_runtime(process.settings),
    )


async def serve(queue: TaskQueue, client: Client, process: Process) -> None:
    """Until it is cancelled; then what runs may finish, for as long as `WorkerSettings.drain`.

    Raises what ended the worker where it ended by itself.
    """
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


def build(queue: TaskQueue, client: Client, settings: WorkerSettings) -> Worker:
    return Worker(
        client,
        task_queue=queue.name,
        workflows=queue.workflows,
        activities=queue.activities,
        interceptors=[Activities()],
        workflow_runner=_runner(settings),
        workflow_task_executor=ThreadPoolExecutor(_WORKFLOW_THREADS, "workflows"),
        max_concurrent_workflow_tasks=_WORKFLOW_TASKS,
        max_concurrent_activities=_ACTIVITIES,
        max_concurrent_local_activities=_ACTIVITIES,
        max_cached_workflows=_CACHED_WORKFLOWS,
        sticky_queue_schedule_to_start_timeout=_STICKY,
        graceful_shutdown_timeout=settings.drain,
        max_task_queue_activities_per_second=queue.per_second,
        deployment_config=_deployment(settings.build_id),
    )


def _runner(settings: WorkerSettings) -> WorkflowRunner:
    return SandboxedWorkflowRunner() if settings.sandbox else UnsandboxedWorkflowRunner()


def _deployment(build_id: str) -> WorkerDeploymentConfig:
    """Orders stay with the build that began them, where there are builds at all."""
    pinned = VersioningBehavior.PINNED if build_id else VersioningBehavior.UNSPECIFIED
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(_DEPLOYMENT, build_id or "unversioned"),
        use_worker_versioning=bool(build_id),
        default_versioning_behavior=pinned,
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

"""A task queue of Temporal's, and the worker that serves it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from adapters.settings import WorkerSettings
from workers.attention import Attention
from workers.dialogs import Dialogs
from workers.interceptors import Activities

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskQueue:
    """`per_second` bounds how many of its activities start, over all workers together."""

    name: str
    activities: Sequence[Callable[..., Any]]
    workflows: Sequence[type] = ()
    per_second: float | None = None


def build(queue: TaskQueue, client: Client, settings: WorkerSettings) -> Worker:
    return Worker(
        client,
        task_queue=queue.name,
        workflows=queue.workflows,
        activities=queue.activities,
        # The outer one ends with facts what the inner one sees as it was raised.
        interceptors=[Activities(), Attention(settings.attention_after), Dialogs()],
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

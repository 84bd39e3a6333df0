"""The engine's own server, asked about queues without workers and about workflows in trouble."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from adapters.settings import WorkerSettings
from tests.support.odd_workflows import Faulty, Waiting, start
from tests.support.polling import seen
from tests.support.temporal import real_time
from workers.engine_watch import look
from workers.task_queue import TaskQueue, build
from workflows.policies import DELIVERY, ORDERS, PAYMENTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Else the server waits for five failures in a row, which takes it a minute, and remembers for
# five seconds what it has counted.
_AT_ONCE = {
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": "1",
    "matching.taskQueueInfoByBuildIdTTL": '"0s"',
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client() -> AsyncIterator[Client]:
    flags = [
        word for pair in _AT_ONCE.items() for word in ("--dynamic-config-value", "=".join(pair))
    ]
    async with real_time(*flags) as server:
        yield server.client


async def waiting(client: Client, queue: str, *, attention: str = "") -> WorkflowHandle[Any, Any]:
    return await start(client, "Waiting", f"waiting-{uuid4()}", queue=queue, attention=attention)


def worker(client: Client, queue: str, serves: type) -> Worker:
    return build(TaskQueue(name=queue, workflows=[serves], activities=[]), client, WorkerSettings())


def figure(client: Client, name: str, **labels: str) -> Callable[[], Awaitable[float]]:
    """As it is after a look."""

    async def read() -> float:
        await look(client, now=datetime.now(UTC))
        found = REGISTRY.get_sample_value(name, labels)
        assert found is not None
        return found

    return read


class TestTaskQueues:
    async def test_without_a_worker_have_no_poller_and_tasks_that_grow_old(
        self, client: Client
    ) -> None:
        labels = {"queue": DELIVERY, "kind": "workflow"}
        assert await figure(client, "task_queue_pollers", **labels)() == 0
        assert await figure(client, "task_queue_backlog_age_seconds", **labels)() == 0

        for _ in range(3):
            await waiting(client, DELIVERY)

        await seen(figure(client, "task_queue_backlog", **labels), lambda tasks: tasks == 3)
        age = figure(client, "task_queue_backlog_age_seconds", **labels)
        first = await seen(age, bool)
        await seen(age, lambda seconds: seconds > first)

    async def test_have_a_poller_for_each_worker(self, client: Client) -> None:
        pollers = figure(client, "task_queue_pollers", queue=ORDERS, kind="workflow")
        async with worker(client, ORDERS, Waiting):
            await seen(pollers, lambda count: count == 1)
            other = figure(client, "task_queue_pollers", queue=ORDERS, kind="activity")
            assert await other() == 0


class TestWorkflows:
    async def test_that_ask_for_a_person_are_counted_while_they_run(self, client: Client) -> None:
        needing = figure(client, "workflows_needing_attention")
        late = await waiting(client, PAYMENTS, attention="Kitchen late")
        await seen(needing, lambda count: count == 1)
        await late.terminate()
        await seen(needing, lambda count: count == 0)

    async def test_that_were_terminated_are_counted_for_an_hour(self, client: Client) -> None:
        broken = figure(client, "workflows_broken", status="terminated")
        before = await broken()
        await (await waiting(client, PAYMENTS)).terminate()
        await seen(broken, lambda count: count == before + 1)
        assert await figure(client, "workflows_broken", status="failed")() == 0

    async def test_whose_own_code_fails_are_counted(self, client: Client) -> None:
        queue = f"faulty-{uuid4()}"
        async with worker(client, queue, Faulty):
            faulty = await start(client, "Faulty", queue, queue=queue)
            await seen(figure(client, "workflows_stuck"), lambda count: count == 1)
            await faulty.terminate()


class TestLook:
    async def test_says_when_it_was(self, client: Client) -> None:
        now = datetime.now(UTC)
        await look(client, now=now)
        watched = REGISTRY.get_sample_value("engine_watched_timestamp_seconds")
        assert watched == pytest.approx(now.timestamp())

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from adapters.settings import TemporalSettings, WorkerSettings
from adapters.telemetry import correlated, correlation_id
from adapters.temporal import connect
from domain.errors import ItemUnavailable
from workers.task_queue import TaskQueue, build

ONCE_MORE = RetryPolicy(initial_interval=timedelta(milliseconds=1), maximum_attempts=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    order_id: UUID
    activity: str
    local: bool = False


class Kitchen:
    """Activities that fail in the ways there are."""

    def __init__(self) -> None:
        self.attempts = 0

    @activity.defn
    async def refuse(self, _: Ask) -> None:
        self.attempts += 1
        raise ItemUnavailable("No more dough. " * 100)

    @activity.defn
    async def break_down(self, _: Ask) -> None:
        self.attempts += 1
        raise ConnectionError("the oven is cold")

    @activity.defn
    async def say_who_asked(self, _: Ask) -> str | None:
        return correlation_id()


@workflow.defn(sandboxed=False)
class Meal:
    """One activity, in the process's own way or by the server."""

    @workflow.run
    async def run(self, ask: Ask) -> str | None:
        start = workflow.execute_local_activity if ask.local else workflow.execute_activity
        result: str | None = await start(
            ask.activity, ask, start_to_close_timeout=timedelta(seconds=5), retry_policy=ONCE_MORE
        )
        return result


@workflow.defn(sandboxed=False)
class Party:
    @workflow.run
    async def run(self, ask: Ask) -> str | None:
        result: str | None = await workflow.execute_child_workflow(Meal.run, ask)
        return result


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await connect(TemporalSettings(address=temporal_address))


@asynccontextmanager
async def serving(client: Client, kitchen: Kitchen) -> AsyncIterator[str]:
    """A worker with the project's options; gives the name of its queue."""
    queue = TaskQueue(
        name=f"kitchen-{uuid4()}",
        workflows=[Meal, Party],
        activities=[kitchen.refuse, kitchen.break_down, kitchen.say_who_asked],
    )
    async with build(queue, client, WorkerSettings(drain=timedelta())):
        yield queue.name


async def start(client: Client, queue: str, ask: Ask) -> WorkflowHandle[Meal, str | None]:
    return await client.start_workflow(Meal.run, ask, id=str(uuid4()), task_queue=queue)


async def failure_of(client: Client, kitchen: Kitchen, ask: Ask) -> ApplicationError:
    async with serving(client, kitchen) as queue:
        handle = await start(client, queue, ask)
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result()
    cause = failed.value.cause
    # A local activity's failure comes as it is.
    failure = cause.cause if isinstance(cause, ActivityError) else cause
    assert isinstance(failure, ApplicationError)
    return failure


class TestActivities:
    @pytest.mark.parametrize("local", [False, True])
    async def test_ends_the_attempts_with_a_fact(self, client: Client, local: bool) -> None:
        kitchen = Kitchen()

        failure = await failure_of(
            client, kitchen, Ask(order_id=uuid4(), activity="refuse", local=local)
        )

        assert (failure.type, failure.non_retryable) == ("ItemUnavailable", True)
        assert kitchen.attempts == 1
        assert len(failure.message) == 500
        # A page that people read shows the sentence alone.
        assert failure.failure is not None
        assert failure.failure.stack_trace == ""

    async def test_lets_weather_be_tried_again(self, client: Client) -> None:
        kitchen = Kitchen()

        failure = await failure_of(client, kitchen, Ask(order_id=uuid4(), activity="break_down"))

        assert (failure.type, failure.non_retryable) == ("ConnectionError", False)
        assert kitchen.attempts == 2
        assert failure.failure is not None
        assert "break_down" in failure.failure.stack_trace

    async def test_logs_what_ran_with_the_ids_that_join_it_up(self, client: Client) -> None:
        ask = Ask(order_id=uuid4(), activity="say_who_asked")
        with capture_logs([merge_contextvars]) as lines:
            async with serving(client, Kitchen()) as queue:
                with correlated("req-9"):
                    handle = await start(client, queue, ask)
                await handle.result()

        [started, finished] = [it for it in lines if it["event"].startswith("activity.")]
        assert (started["event"], finished["event"]) == ("activity.started", "activity.finished")
        for line in (started, finished):
            assert line["activity"] == "say_who_asked"
            assert line["workflow_id"] == handle.id
            assert line["order_id"] == str(ask.order_id)
            assert line["correlation_id"] == "req-9"


class TestCorrelation:
    @pytest.mark.parametrize("local", [False, True])
    async def test_reaches_the_activities_of_a_workflow(
        self,
        client: Client,
        local: bool,
    ) -> None:
        ask = Ask(order_id=uuid4(), activity="say_who_asked", local=local)
        async with serving(client, Kitchen()) as queue:
            with correlated("req-1"):
                one = await start(client, queue, ask)
            with correlated("req-2"):
                two = await start(client, queue, ask)

            assert [await one.result(), await two.result()] == ["req-1", "req-2"]

    async def test_reaches_the_activities_of_a_child(self, client: Client) -> None:
        ask = Ask(order_id=uuid4(), activity="say_who_asked")
        async with serving(client, Kitchen()) as queue:
            with correlated("req-3"):
                found = await client.execute_workflow(
                    Party.run, ask, id=str(uuid4()), task_queue=queue
                )

        assert found == "req-3"

    async def test_is_none_where_the_caller_had_none(self, client: Client) -> None:
        ask = Ask(order_id=uuid4(), activity="say_who_asked")
        async with serving(client, Kitchen()) as queue:
            handle = await start(client, queue, ask)

            assert await handle.result() is None

"""A step that keeps failing tells its workflow: tried with a worker of ours, on the real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
import stripe
from structlog.testing import capture_logs
from temporalio import activity, workflow
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RetryPolicy

from adapters.settings import TemporalSettings, WorkerSettings
from adapters.temporal import connect
from domain.attention import Culprit, StepTrouble
from domain.errors import ItemUnavailable
from tests.support.polling import eventually, seen
from workers.task_queue import TaskQueue, build

PATIENCE = timedelta(milliseconds=400)
AT_ONCE = timedelta()
QUICKLY = RetryPolicy(
    initial_interval=timedelta(milliseconds=50), maximum_interval=timedelta(milliseconds=50)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    activity: str = "bake"
    local: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """`after_seconds`: how old the step was then."""

    trouble: StepTrouble
    after_seconds: float


class Oven:
    """Cold until it is `hot`: then what is baked in it is done."""

    def __init__(self, cold: Exception) -> None:
        self._cold = cold
        self.hot = asyncio.Event()
        self.attempts = 0

    @activity.defn
    async def bake(self, _: Dish) -> None:
        self.attempts += 1
        if not self.hot.is_set():
            raise self._cold.with_traceback(None)

    @activity.defn
    async def forget(self, _: Dish) -> None:
        """Its first attempt never ends by itself."""
        self.attempts += 1
        if self.attempts == 1:
            await asyncio.Event().wait()

    @activity.defn
    async def bake_slowly(self, _: Dish) -> None:
        """Fails when it is hot."""
        self.attempts += 1
        await self.hot.wait()
        raise self._cold.with_traceback(None)


@workflow.defn(sandboxed=False)
class Meal:
    def __init__(self) -> None:
        self._told: list[Told] = []

    @workflow.run
    async def run(self, dish: Dish) -> list[Told]:
        start = workflow.execute_local_activity if dish.local else workflow.execute_activity
        await start(
            dish.activity,
            dish,
            # Only what is forgotten ends by it: the others fail, however slowly.
            start_to_close_timeout=timedelta(seconds=1 if dish.activity == "forget" else 20),
            retry_policy=QUICKLY,
        )
        return self._told

    @workflow.signal
    def step_keeps_failing(self, trouble: StepTrouble) -> None:
        after = workflow.now() - trouble.since
        self._told.append(Told(trouble=trouble, after_seconds=after.total_seconds()))

    @workflow.query
    def told(self) -> list[Told]:
        return self._told


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await connect(TemporalSettings(address=temporal_address))


@asynccontextmanager
async def cooking(
    client: Client,
    oven: Oven,
    dish: Dish,
    *,
    patience: timedelta = PATIENCE,
    helper: Client | None = None,
) -> AsyncIterator[WorkflowHandle[Meal, list[Told]]]:
    """The `helper` is another process's, as far as a worker knows."""
    queue = TaskQueue(
        name=f"oven-{uuid4()}",
        workflows=[Meal],
        activities=[oven.bake, oven.forget, oven.bake_slowly],
    )
    settings = WorkerSettings(drain=timedelta(), attention_after=patience)
    async with AsyncExitStack() as workers:
        for each in filter(None, (client, helper)):
            await workers.enter_async_context(build(queue, each, settings))
        yield await client.start_workflow(Meal.run, dish, id=str(uuid4()), task_queue=queue.name)


class TestAttention:
    async def test_tells_once_of_a_step_that_has_failed_for_so_long(self, client: Client) -> None:
        oven = Oven(stripe.APIConnectionError("refused"))
        async with cooking(client, oven, Dish()) as meal:
            await seen(lambda: meal.query(Meal.told), bool)
            before = oven.attempts
            await eventually(lambda: oven.attempts > before + 3)
            oven.hot.set()
            told = await meal.result()

        [once] = told
        assert once.trouble.why is Culprit.PAYMENT_SERVICE
        assert once.trouble.step == "bake"
        assert once.trouble.attempt > 1
        assert once.after_seconds >= PATIENCE.total_seconds()

    async def test_tells_in_the_end_what_it_fails_on_where_several_processes_try(
        self, client: Client, temporal_address: str
    ) -> None:
        oven = Oven(stripe.APIConnectionError("refused"))
        helper = await connect(TemporalSettings(address=temporal_address))
        async with cooking(client, oven, Dish(), helper=helper) as meal:
            await seen(lambda: meal.query(Meal.told), bool)
            before = oven.attempts
            await eventually(lambda: oven.attempts > before + 12)
            oven.hot.set()
            told = [each.trouble.why for each in await meal.result()]

        assert told[-1] is Culprit.PAYMENT_SERVICE
        assert max(map(told.count, Culprit)) <= len((client, helper))

    async def test_tells_of_an_attempt_that_was_lost_when_the_next_one_begins(
        self, client: Client
    ) -> None:
        async with cooking(client, Oven(KeyError()), Dish(activity="forget")) as meal:
            [told] = await seen(lambda: meal.query(Meal.told), bool)

        assert (told.trouble.why, told.trouble.attempt) == (Culprit.SILENCE, 2)

    async def test_says_nothing_of_a_step_that_ends_by_a_fact(self, client: Client) -> None:
        oven = Oven(ItemUnavailable("No more dough."))
        async with cooking(client, oven, Dish(), patience=AT_ONCE) as meal:
            with pytest.raises(WorkflowFailureError):
                await meal.result()
            assert await meal.query(Meal.told) == []

    async def test_says_nothing_of_a_local_try(self, client: Client) -> None:
        oven = Oven(KeyError())
        async with cooking(client, oven, Dish(local=True), patience=AT_ONCE) as meal:
            await eventually(lambda: oven.attempts > 1)
            oven.hot.set()
            assert await meal.result() == []

    async def test_hides_no_failure_where_it_can_not_tell(self, client: Client) -> None:
        oven = Oven(KeyError("dough"))
        with capture_logs() as lines:
            slowly = Dish(activity="bake_slowly")
            async with cooking(client, oven, slowly, patience=AT_ONCE) as meal:
                await eventually(lambda: oven.attempts == 1)
                await meal.terminate()
                oven.hot.set()
                await eventually(
                    lambda: "activity.trouble_not_told" in {line["event"] for line in lines}
                )

        assert "activity.failed" in {line["event"] for line in lines}

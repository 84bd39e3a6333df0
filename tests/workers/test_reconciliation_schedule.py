"""The schedules that start reconciliation and the sweep, on a server of their own."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import (
    Client,
    ScheduleActionExecution,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
)

from tests.support.polling import seen
from tests.support.temporal import real_time
from workers import sweep
from workers.reconciliation import SCHEDULE, ensure_schedule
from workflows.policies import PAYMENTS


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with real_time() as environment:
        yield environment.client


class TestEnsureSchedule:
    async def test_lets_it_run_one_at_a_time(self, client: Client) -> None:
        await ensure_schedule(client, every=timedelta(minutes=5))
        schedule = (await client.get_schedule_handle(SCHEDULE).describe()).schedule
        assert [each.every for each in schedule.spec.intervals] == [timedelta(minutes=5)]
        assert schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
        assert isinstance(schedule.action, ScheduleActionStartWorkflow)
        assert schedule.action.workflow == "ReconciliationWorkflow"
        assert schedule.action.task_queue == PAYMENTS

    async def test_changes_how_often_it_runs(self, client: Client) -> None:
        await ensure_schedule(client, every=timedelta(minutes=5))
        await ensure_schedule(client, every=timedelta(minutes=1))
        schedule = (await client.get_schedule_handle(SCHEDULE).describe()).schedule
        assert [each.every for each in schedule.spec.intervals] == [timedelta(minutes=1)]

    async def test_leaves_it_paused_where_somebody_paused_it(self, client: Client) -> None:
        await ensure_schedule(client, every=timedelta(minutes=5))
        handle = client.get_schedule_handle(SCHEDULE)
        await handle.pause(note="Stripe is being moved.")
        await ensure_schedule(client, every=timedelta(minutes=5))
        state = (await handle.describe()).schedule.state
        assert (state.paused, state.note) == (True, "Stripe is being moved.")

    async def test_starts_it(self, client: Client) -> None:
        await ensure_schedule(client, every=timedelta(hours=1))
        handle = client.get_schedule_handle(SCHEDULE)
        await handle.trigger()

        async def running() -> list[ScheduleActionExecution]:
            return [*(await handle.describe()).info.running_actions]

        [started] = await seen(running, bool)
        assert isinstance(started, ScheduleActionExecutionStartWorkflow)
        assert started.workflow_id.startswith(SCHEDULE)


class TestSweep:
    async def test_is_started_by_a_schedule_of_its_own(self, client: Client) -> None:
        two_minutes = timedelta(minutes=2)
        await sweep.ensure_schedule(client, every=two_minutes, grace=timedelta(minutes=10))
        schedule = (await client.get_schedule_handle(sweep.SCHEDULE).describe()).schedule
        assert [each.every for each in schedule.spec.intervals] == [two_minutes]
        assert schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
        assert isinstance(schedule.action, ScheduleActionStartWorkflow)
        assert schedule.action.workflow == "SweepWorkflow"
        assert schedule.action.task_queue == PAYMENTS

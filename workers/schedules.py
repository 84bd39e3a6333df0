"""Schedules of Temporal's, of workflows that look after the others."""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

# A run that was missed for longer than this is not made up for: the next one finds the same.
_CATCH_UP = timedelta(minutes=1)


async def ensure(client: Client, action: ScheduleActionStartWorkflow, *, every: timedelta) -> None:
    """Let it run so often from now on, under the id of its workflow.

    A schedule that somebody paused stays paused.
    """
    try:
        await client.create_schedule(action.id, _schedule(action, every, ScheduleState()))
    except ScheduleAlreadyRunningError:

        def renewed(there: ScheduleUpdateInput) -> ScheduleUpdate:
            state = there.description.schedule.state
            return ScheduleUpdate(schedule=_schedule(action, every, state))

        await client.get_schedule_handle(action.id).update(renewed)


def _schedule(
    action: ScheduleActionStartWorkflow, every: timedelta, state: ScheduleState
) -> Schedule:
    return Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        # One at a time: the next one looks at the same orders.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        state=state,
    )

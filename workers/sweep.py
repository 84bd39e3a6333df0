"""The sweep inside the payments worker: its activity, and the schedule that starts it."""

from datetime import timedelta

from temporalio.client import Client, ScheduleActionStartWorkflow

from activities.sweeping import OfOrders, SweepActivities
from adapters.engine_lists import EngineLists
from adapters.postgres.engine import Database
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.support.findings import FindingRepository
from domain.findings import SweepFor
from workers import schedules
from workers.collaborators import Activities, Collaborators
from workflows import delivery, order
from workflows.policies import PAYMENTS
from workflows.sweep import SweepWorkflow

SCHEDULE = "sweep"


def activities(collaborators: Collaborators, client: Client) -> Activities:
    """The worker is ready without their databases: nobody's money waits for a sweep."""
    dsns = collaborators.dsns
    ordering, support = Database(dsns.ordering_dsn), Database(dsns.support_dsn)
    for database in (ordering, support):
        collaborators.push_async_callback(database.close)
    own = SweepActivities(
        EngineLists(client),
        OfOrders(ClockRepository(ordering), OrderRepository(ordering), WritingRepository(ordering)),
        FindingRepository(support),
        names=(order.workflow_id, delivery.workflow_id),
    )
    return [own.sweep]


async def ensure_schedule(client: Client, *, every: timedelta, grace: timedelta) -> None:
    """Let it run so often from now on. A schedule that somebody paused stays paused."""
    action = ScheduleActionStartWorkflow(
        SweepWorkflow.run,
        SweepFor(grace_seconds=grace.total_seconds()),
        id=SCHEDULE,
        task_queue=PAYMENTS,
        static_summary="Look for workflows that need a person and can't say so",
    )
    await schedules.ensure(client, action, every=every)

"""Reconciliation inside the payments worker: its activities, and the schedule that starts it."""

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

from activities.reconciliation import (
    MoneyAuditActivities,
    OrderAuditActivities,
    RepostingActivities,
    WorkflowAuditActivities,
)
from activities.reconciliation_metrics import MetricsActivities
from adapters.postgres.catalog.audit import ReservationAudit
from adapters.postgres.ordering.audit import OrderAudit
from adapters.postgres.payments.audit import PaymentAudit
from adapters.postgres.payments.reposting import Reposting
from adapters.settings import StripeSettings
from adapters.stripe.books import open_books
from domain.audit import Reconcile
from workers.collaborators import Activities, Collaborators
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow

SCHEDULE = "reconciliation"
# A run that was missed for longer than this is not made up for: the next one finds the same.
_CATCH_UP = timedelta(minutes=1)


def of_payments(collaborators: Collaborators, client: Client) -> Activities:
    """For the queue `payments`."""
    books = open_books(StripeSettings())
    collaborators.push_async_callback(books.close)
    payments = collaborators.database("payments", collaborators.dsns.payments_dsn)
    money = MoneyAuditActivities(PaymentAudit(payments), books)
    return [
        money.list_owed,
        money.list_charges,
        money.look_at_money,
        RepostingActivities(Reposting(payments)).post_missing,
        WorkflowAuditActivities(client).look_at_workflows,
        MetricsActivities().publish_reconciliation,
    ]


def of_orders(collaborators: Collaborators) -> Activities:
    """For the queue `orders`."""
    dsns = collaborators.dsns
    orders = OrderAuditActivities(
        OrderAudit(collaborators.database("ordering", dsns.ordering_dsn)),
        ReservationAudit(collaborators.database("catalog", dsns.catalog_dsn)),
    )
    return [orders.list_orders, orders.find_orders]


async def ensure_schedule(client: Client, *, every: timedelta) -> None:
    """Let it run so often from now on. A schedule that somebody paused stays paused."""
    try:
        await client.create_schedule(SCHEDULE, _schedule(every, ScheduleState()))
    except ScheduleAlreadyRunningError:

        def renewed(there: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(schedule=_schedule(every, there.description.schedule.state))

        await client.get_schedule_handle(SCHEDULE).update(renewed)


def _schedule(every: timedelta, state: ScheduleState) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            ReconciliationWorkflow.run,
            Reconcile(),
            id=SCHEDULE,
            task_queue=PAYMENTS,
            static_summary="Compare Stripe, payments, the ledger, the orders and their workflows",
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        # One at a time: the next one looks at the same orders.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        state=state,
    )

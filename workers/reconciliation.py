"""Reconciliation inside the payments worker: its activities, and the schedule that starts it."""

from datetime import timedelta

from temporalio.client import Client, ScheduleActionStartWorkflow

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
from adapters.settings import LinkSettings, StripeSettings
from adapters.stripe.books import open_books
from domain.audit import Reconcile
from workers import schedules
from workers.collaborators import Activities, Collaborators
from workflows.links import Links
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow

SCHEDULE = "reconciliation"


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
    action = ScheduleActionStartWorkflow(
        ReconciliationWorkflow.run,
        Reconcile(),
        id=SCHEDULE,
        task_queue=PAYMENTS,
        static_summary="Compare Stripe, payments, the ledger, the orders and their workflows",
        memo=page_links().memo,
    )
    await schedules.ensure(client, action, every=every)


def page_links() -> Links:
    """For the pages of what this worker starts."""
    settings = LinkSettings()
    return Links(desk=settings.api_public_url, stripe=settings.stripe_dashboard_url)

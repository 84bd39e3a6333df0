"""The worker of the queue `payments`: whatever moves money, and what Stripe tells of it."""

import asyncio

from activities.cases import CaseActivities
from activities.disputes import DisputeActivities
from activities.ledger import LedgerActivities
from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.disputes import DisputeRepository
from adapters.postgres.payments.due import RefundsDue
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.settlement import SettlementRepository
from adapters.settings import (
    ReconciliationSettings,
    StripeSettings,
    SweepSettings,
    TemporalSettings,
)
from adapters.stripe import gateway as stripe
from adapters.temporal import connect
from workers import reconciliation, sweep
from workers.collaborators import Activities, Collaborators
from workers.engine_watch import watch_engine
from workers.hints import WorkflowHints
from workers.process import Process
from workers.refund_watch import watch_refunds
from workers.serving import serve
from workers.task_queue import TaskQueue
from workers.webhooks import WebhookInbox
from workflows.dispute import DisputeWorkflow
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.refund import RefundWorkflow
from workflows.sweep import SweepWorkflow


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        client = await connect(TemporalSettings())
        await reconciliation.ensure_schedule(client, every=ReconciliationSettings().every)
        sweeps = SweepSettings()
        await sweep.ensure_schedule(client, every=sweeps.every, grace=sweeps.grace)
        queue = TaskQueue(
            name=PAYMENTS,
            workflows=[RefundWorkflow, DisputeWorkflow, ReconciliationWorkflow, SweepWorkflow],
            activities=[
                *activities(collaborators),
                *reconciliation.of_payments(collaborators, client),
                *sweep.activities(collaborators, client),
            ],
            per_second=process.settings.payments_per_second,
        )
        hints = WorkflowHints(client, reconciliation.page_links())
        payments = collaborators.database("payments", collaborators.dsns.payments_dsn)
        async with asyncio.TaskGroup() as group:
            group.create_task(WebhookInbox(collaborators.dsns.payments_dsn, hints).run())
            group.create_task(watch_refunds(RefundsDue(payments)))
            group.create_task(watch_engine(client))
            group.create_task(serve(queue, process))


def activities(collaborators: Collaborators) -> Activities:
    gateway = stripe.connect(StripeSettings())
    collaborators.push_async_callback(gateway.close)
    database = collaborators.database("payments", collaborators.dsns.payments_dsn)
    repository = PaymentRepository(database)
    payments = PaymentActivities(repository, gateway)
    refunds = RefundActivities(repository, gateway)
    cases = CaseActivities(CaseRepository(database))
    disputes = DisputeActivities(DisputeRepository(database), gateway)
    books = LedgerActivities(SettlementRepository(database))
    return [
        payments.authorize_payment,
        payments.check_payment,
        payments.capture_payment,
        payments.void_payment,
        payments.refund_payment,
        payments.refresh_payment,
        refunds.plan_refund,
        refunds.refund_part,
        refunds.find_due,
        cases.open_case,
        cases.move_case,
        cases.remind_case,
        cases.close_case,
        disputes.record_dispute,
        books.settle_payment,
    ]

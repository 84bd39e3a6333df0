"""The worker of the queue `payments`: whatever moves money, and the refunds' own workflow."""

from activities.payments import PaymentActivities
from adapters.postgres.payments.payments import PaymentRepository
from adapters.settings import StripeSettings
from adapters.stripe import gateway as stripe
from workers.collaborators import Activities, Collaborators
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        queue = TaskQueue(
            name=PAYMENTS,
            workflows=[RefundWorkflow],
            activities=activities(collaborators),
            per_second=process.settings.payments_per_second,
        )
        await serve(queue, process)


def activities(collaborators: Collaborators) -> Activities:
    gateway = stripe.connect(StripeSettings())
    collaborators.push_async_callback(gateway.close)
    database = collaborators.database("payments", collaborators.dsns.payments_dsn)
    own = PaymentActivities(PaymentRepository(database), gateway)
    return [own.authorize_payment, own.capture_payment, own.void_payment, own.refund_payment]

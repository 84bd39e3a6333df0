"""The worker of the queue `delivery`: the deliveries' workflows, and their steps."""

from activities.deliveries import DeliveryActivities
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from workers.collaborators import Activities, Collaborators
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.delivery import DeliveryWorkflow
from workflows.policies import DELIVERY


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        queue = TaskQueue(
            name=DELIVERY, workflows=[DeliveryWorkflow], activities=activities(collaborators)
        )
        await serve(queue, process)


def activities(collaborators: Collaborators) -> Activities:
    database = collaborators.database("delivery", collaborators.dsns.delivery_dsn)
    own = DeliveryActivities(DeliveryRepository(database), CourierRepository(database))
    return [
        own.offer_delivery,
        own.assign_courier,
        own.release_delivery,
        own.advance_delivery,
        own.courier_last_seen,
    ]

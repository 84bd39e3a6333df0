"""The worker of the queue `delivery`: the deliveries' workflows, and their steps."""

import asyncio

from activities.deliveries import DeliveryActivities
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.engine import Database
from workers.collaborators import Activities, Collaborators
from workers.places import forget_old_places
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.delivery import DeliveryWorkflow
from workflows.policies import DELIVERY


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        rides = RideRepository(_database(collaborators))
        queue = TaskQueue(
            name=DELIVERY, workflows=[DeliveryWorkflow], activities=activities(collaborators)
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(forget_old_places(rides))
            group.create_task(serve(queue, process))


def activities(collaborators: Collaborators) -> Activities:
    database = _database(collaborators)
    own = DeliveryActivities(
        DeliveryRepository(database), CourierRepository(database), RideRepository(database)
    )
    return [
        own.offer_delivery,
        own.assign_courier,
        own.release_delivery,
        own.advance_delivery,
        own.check_courier,
        own.courier_last_seen,
    ]


def _database(collaborators: Collaborators) -> Database:
    return collaborators.database("delivery", collaborators.dsns.delivery_dsn)

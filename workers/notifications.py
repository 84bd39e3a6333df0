"""The worker of the queue `notifications`."""

from activities.notifications import NotificationActivities
from adapters.postgres.notifications.notifications import NotificationRepository
from workers.collaborators import Activities, Collaborators
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.policies import NOTIFICATIONS


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        queue = TaskQueue(name=NOTIFICATIONS, activities=activities(collaborators))
        await serve(queue, process)


def activities(collaborators: Collaborators) -> Activities:
    database = collaborators.database("notifications", collaborators.dsns.notifications_dsn)
    own = NotificationActivities(NotificationRepository(database))
    return [own.deliver_notifications]

"""The worker of the queue `notifications`, and the sender of mails beside it."""

import asyncio

from activities.notifications import NotificationActivities
from adapters.mail.letters import Letters
from adapters.mail.writer import Writer
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.password_resets import PasswordResets
from adapters.postgres.notifications.emails import EmailRepository
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.settings import MailSettings
from workers.collaborators import Activities, Collaborators
from workers.mail import MailSender
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.policies import NOTIFICATIONS


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        queue = TaskQueue(name=NOTIFICATIONS, activities=activities(collaborators))
        async with asyncio.TaskGroup() as group:
            group.create_task(sender(collaborators, MailSettings()).run())
            group.create_task(serve(queue, process))


def activities(collaborators: Collaborators) -> Activities:
    database = collaborators.database("notifications", collaborators.dsns.notifications_dsn)
    own = NotificationActivities(NotificationRepository(database))
    return [own.deliver_notifications]


def sender(collaborators: Collaborators, settings: MailSettings) -> MailSender:
    dsns = collaborators.dsns
    identity = collaborators.database("identity", dsns.identity_dsn)
    writer = Writer(
        Letters(settings),
        accounts=AccountRepository(identity),
        orders=OrderRepository(collaborators.database("ordering", dsns.ordering_dsn)),
        resets=PasswordResets(identity),
    )
    emails = EmailRepository(collaborators.database("notifications", dsns.notifications_dsn))
    return MailSender(emails, writer, settings)

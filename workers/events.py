"""The consumers of all contexts' events: people are told, and an order's timeline says more."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from adapters.kafka.cluster import ping
from adapters.kafka.topics import DELIVERIES, ORDERS, PAYMENTS, RESTAURANTS, STOCK, EventTopic
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.ordering.timeline import TimelineRepository
from adapters.settings import KafkaSettings
from domain.announcements import announcements, restaurant_announcements, stock_announcements
from domain.events.envelope import Event
from domain.notifications import Notification
from domain.timeline import delivery_happening, payment_happening
from workers.collaborators import Collaborators
from workers.consuming import Group, consume
from workers.dealing import Handler, Outcome
from workers.open_letters import count_open_letters
from workers.process import Process

NOTIFICATIONS = "notifications"
TIMELINE = "timeline"

E = TypeVar("E", bound=Event)
Said = TypeVar("Said")


async def work(process: Process) -> None:
    """Be a member of both groups, and count the dead letters beside."""
    kafka = KafkaSettings()
    process.checks["kafka"] = partial(ping, kafka)
    async with Collaborators(process) as collaborators, asyncio.TaskGroup() as tasks:
        dsns = collaborators.dsns
        people = collaborators.database("notifications", dsns.notifications_dsn)
        orders = collaborators.database("ordering", dsns.ordering_dsn)
        tasks.create_task(consume(_notifications(NotificationRepository(people)), kafka))
        tasks.create_task(consume(_timeline(TimelineRepository(orders)), kafka))
        tasks.create_task(count_open_letters(kafka))


def _notifications(people: NotificationRepository) -> Group:
    tell = partial(people.deliver_once, NOTIFICATIONS)

    def telling(topic: EventTopic[E], news: Callable[[E], list[Notification]]) -> Handler[E]:
        return _once(topic, news, lambda event, told: tell(event.event_id, told))

    return Group(
        name=NOTIFICATIONS,
        handlers=[
            telling(ORDERS, announcements),
            telling(STOCK, stock_announcements),
            telling(RESTAURANTS, restaurant_announcements),
        ],
    )


def _timeline(orders: TimelineRepository) -> Group:
    write = partial(orders.append_once, TIMELINE)
    return Group(
        name=TIMELINE,
        handlers=[
            _once(PAYMENTS, payment_happening, write),
            _once(DELIVERIES, delivery_happening, write),
        ],
    )


def _once(
    topic: EventTopic[E],
    said: Callable[[E], Said | None],
    have: Callable[[E, Said], Awaitable[bool]],
) -> Handler[E]:
    """`have` what the event says, if it says anything; False where that was had before."""

    async def effect(event: E) -> Outcome:
        news = said(event)
        if not news:
            return "ignored"
        return "done" if await have(event, news) else "duplicate"

    return Handler(topic=topic, effect=effect)

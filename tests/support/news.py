"""What people are told of an order: its events reach their lists as a consumer brings them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from domain.announcements import announcements
from tests.support.helpdesk import Helpdesk
from tests.support.ordering import events_of
from tests.support.polling import seen as found

Told = tuple[str, str, str]
"""Audience, title and body of a message."""


@dataclass(frozen=True)
class News:
    """Without Kafka: no relay and no consumer runs beside it."""

    desk: Helpdesk
    ordering: Database
    people: NotificationRepository

    async def of(self, order_id: str) -> Counter[Told]:
        """All that anybody was told so far."""
        for event in await events_of(self.ordering, UUID(order_id)):
            if told := announcements(event):
                await self.people.deliver_once("news", event.event_id, told)
        notes = (await self.desk.whole(order_id))["notifications"]
        return Counter((note["audience"], note["title"], note["body"]) for note in notes)

    async def once(self, order_id: str, title: str) -> Counter[Told]:
        """The same, as soon as something is called so."""
        return await found(
            lambda: self.of(order_id), lambda told: title in {each for _, each, _ in told}
        )

    async def is_just(self, order_id: str, seen: dict[str, Any], *, besides: Counter[Told]) -> None:
        """The messages of a preview, and what was told before it."""
        messages = Counter((each["to"], each["what"], each["body"]) for each in seen["messages"])
        await found(lambda: self.of(order_id), lambda told: told == messages + besides)

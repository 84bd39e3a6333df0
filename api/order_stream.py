"""One client who follows an order: what they were told, and what comes next."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from adapters.outages import AWAY
from adapters.tokens import Bearer
from adapters.weather import endure
from api.live import News
from api.order_lookup import visible_order
from api.services import Services
from domain.arrival import arrival
from domain.deliveries import Ride
from domain.orders import Order, OrderStatus, TimelineEntry

# Positions come every few seconds: whether somebody may still see them is not asked for each.
_ACCESS_HOLDS_SECONDS = 10.0


class Event(BaseModel):
    """`status` is the order's after this entry."""

    order_id: UUID
    sequence: int
    status: OrderStatus
    at: datetime


class Position(BaseModel):
    """Where the courier was at that time, and when the food should be at the door."""

    order_id: UUID
    lat: float
    lon: float
    at: datetime
    eta: datetime | None

    @classmethod
    def of(cls, order: Order, ride: Ride) -> Self | None:
        """None where the ride is none of the order's courier, or the order has ended."""
        is_on_the_way = ride.courier_id == order.courier_id and not order.status.is_final
        if not is_on_the_way or ride.place is None or ride.located_at is None:
            return None
        return cls(
            order_id=order.order_id,
            lat=ride.place.lat,
            lon=ride.place.lon,
            at=ride.located_at,
            eta=arrival(order, ride, now=datetime.now(UTC)),
        )


class OrderStream:
    """`is_over` once the order has ended, or the client may not see it any more."""

    def __init__(self, services: Services, token: Bearer, order: Order, *, told: int) -> None:
        """The token may see the order. What comes up to the sequence `told` was told already."""
        self._services = services
        self._token = token
        self._order = order
        self._told = told
        self._read = 0
        self._status = OrderStatus.PLACED
        self._allowed_at = time.monotonic()
        self.is_over = False

    async def begin(self) -> list[ServerSentEvent]:
        """What is there already."""
        events = await self._read_on()
        # What lies beyond the timeline's end was told by nobody: what comes next is new.
        self._told = min(self._told, self._read)
        return events

    async def go_on(self, news: News) -> list[ServerSentEvent]:
        """What the news are to this client; late rather than never, where Postgres is away."""
        events: list[ServerSentEvent] = []
        async for attempt in endure(AWAY):
            with attempt:
                events = await self._look(news)
        return events

    async def _look(self, news: News) -> list[ServerSentEvent]:
        events: list[ServerSentEvent] = []
        async with self._services.live.looking:
            if news.has_grown or time.monotonic() > self._allowed_at + _ACCESS_HOLDS_SECONDS:
                await self._ask_whether_they_may()
            if news.has_grown and not self.is_over:
                events = await self._read_on()
        position = Position.of(self._order, news.ride) if news.ride else None
        if position and not self.is_over:
            events.append(ServerSentEvent(event="position", data=position))
        return events

    async def _ask_whether_they_may(self) -> None:
        """A login ends, staff leave, a courier gives the order back."""
        services, token = self._services, self._token
        account = await services.accounts.signed_in(token.account_id, token.session_id)
        order = await visible_order(services, self._order.order_id, account) if account else None
        if order is None:
            self.is_over = True
            return
        self._order, self._allowed_at = order, time.monotonic()

    async def _read_on(self) -> list[ServerSentEvent]:
        entries = await self._services.orders.timeline(self._order.order_id, after=self._read)
        return self._tell(entries)

    def _tell(self, entries: Iterable[TimelineEntry]) -> list[ServerSentEvent]:
        """Up to the final status: what the money does afterwards is no part of it."""
        events = []
        for entry in entries:
            if self.is_over:
                break
            self._read = entry.sequence
            if entry.event.startswith("order_"):
                self._status = OrderStatus(entry.event.removeprefix("order_"))
            self.is_over = self._status.is_final
            if entry.sequence > self._told:
                events.append(self._event_of(entry))
        return events

    def _event_of(self, entry: TimelineEntry) -> ServerSentEvent:
        event = Event(
            order_id=self._order.order_id,
            sequence=entry.sequence,
            status=self._status,
            at=entry.at,
        )
        return ServerSentEvent(event=entry.event, id=str(entry.sequence), data=event)

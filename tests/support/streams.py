"""Clients that follow an order's events, and orders that go their way without their workflows."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import DatabaseSettings
from domain.deliveries import DeliveryState
from domain.orders import Actor, NoteOnTimeline, OrderStatus
from domain.progress import RecordCourier
from tests.support.delivering import KITCHEN, a_claim, a_release, a_step, an_open_delivery
from tests.support.ordering import a_move, a_recorded_order
from tests.support.polling import seen
from tests.support.rest import Person


@dataclass(frozen=True)
class Event:
    name: str
    data: dict[str, Any]
    id: int | None

    @classmethod
    def of(cls, block: str) -> "Event | None":
        """None for what is only a comment."""
        lines = [line for line in block.splitlines() if line and not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if not fields:
            return None
        told = int(fields["id"]) if "id" in fields else None
        return cls(fields["event"], json.loads(fields["data"]), told)


@dataclass
class Stream:
    """`events` are those that came, `last_id` is what a browser would send to resume."""

    answer: httpx.Response
    _blocks: AsyncIterator[str]
    events: list[Event] = field(default_factory=list)

    @property
    def last_id(self) -> int:
        return max((event.id or 0 for event in self.events), default=0)

    @property
    def ids(self) -> list[int]:
        return [event.id for event in self.events if event.id is not None]

    async def next(self) -> Event:
        """Raises `StopAsyncIteration` where the stream has ended."""
        while True:
            event = Event.of(await anext(self._blocks))
            if event is not None:
                self.events.append(event)
                return event

    async def until(self, name: str) -> Event:
        while (event := await self.next()).name != name:
            pass
        return event

    async def rest(self) -> list[Event]:
        """What comes until the stream ends."""
        before = len(self.events)
        try:
            while True:
                await self.next()
        except StopAsyncIteration:
            return self.events[before:]


@asynccontextmanager
async def following(person: Person, order_id: object, **options: Any) -> AsyncIterator[Stream]:
    headers = {"Authorization": f"Bearer {person.token}", **options.pop("headers", {})}
    path = f"/api/v1/orders/{order_id}/events"
    async with person.http.stream("GET", path, headers=headers, **options) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Stream(answer, _blocks(answer))


async def open_streams(http: httpx.AsyncClient) -> float:
    """As the process counts them."""
    lines = (await http.get("/metrics")).text.splitlines()
    [line] = [line for line in lines if line.startswith("order_streams_open ")]
    return float(line.split()[1])


async def no_open_streams(http: httpx.AsyncClient) -> None:
    """Wait for the last ends: the process counts those of earlier tests too."""
    await seen(partial(open_streams, http), lambda count: count == 0)


async def _blocks(answer: httpx.Response) -> AsyncIterator[str]:
    block = ""
    async for line in answer.aiter_lines():
        if line:
            block += f"{line}\n"
        elif block:
            yield block
            block = ""


@dataclass(frozen=True)
class Desk:
    """Writes the rows of orders and deliveries as their workflows do."""

    orders: OrderRepository
    writings: WritingRepository
    deliveries: DeliveryRepository
    couriers: CourierRepository

    async def order(self, *, promised: timedelta | None = None, **given: Any) -> UUID:
        """One that the kitchen has accepted: its timeline has four entries."""
        order = await a_recorded_order(self.orders, self.writings, **given)
        await self.move(order.order_id, OrderStatus.RESERVED, OrderStatus.CONFIRMED)
        ready_by = datetime.now(UTC) + promised if promised else None
        accepted = a_move(order.order_id, OrderStatus.ACCEPTED, ready_by=ready_by)
        await self.orders.advance(accepted)
        return order.order_id

    async def move(self, order_id: UUID, *statuses: OrderStatus) -> None:
        for status in statuses:
            await self.orders.advance(a_move(order_id, status))

    async def note(self, order_id: UUID) -> None:
        """Add one entry to the timeline."""
        note = NoteOnTimeline(
            order_id=order_id,
            key=uuid4().hex,
            event="note_added",
            actor=Actor.SYSTEM,
            detail="Something happened.",
        )
        await self.orders.note(note)

    async def offer(self, order_id: UUID) -> None:
        await an_open_delivery(self.deliveries, order_id=order_id)

    async def claim(self, order_id: UUID, courier: Person, assignment: int = 1) -> None:
        """By a courier who stands before the restaurant."""
        courier_id = UUID(courier.id)
        await self.couriers.set_available(courier_id, available=True)
        await self.couriers.locate(courier_id, KITCHEN)
        await self.deliveries.assign(a_claim(order_id, courier_id, assignment))
        await self.record_courier(order_id, courier_id)

    async def release(self, order_id: UUID, courier: Person) -> None:
        await self.deliveries.release(a_release(order_id, UUID(courier.id)))
        await self.record_courier(order_id, None)

    async def advance(self, order_id: UUID, *states: DeliveryState) -> None:
        for state in states:
            await self.deliveries.advance(a_step(order_id, state))

    async def record_courier(self, order_id: UUID, courier_id: UUID | None) -> None:
        """The order hears of it later than the delivery."""
        command = RecordCourier(order_id=order_id, key=uuid4().hex, courier_id=courier_id)
        await self.orders.record_courier(command)


@asynccontextmanager
async def open_desk(databases: DatabaseSettings) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as closing:
        ordering, delivery = Database(databases.ordering_dsn), Database(databases.delivery_dsn)
        for database in (ordering, delivery):
            closing.push_async_callback(database.close)
        yield Desk(
            OrderRepository(ordering),
            WritingRepository(ordering),
            DeliveryRepository(delivery),
            CourierRepository(delivery),
        )

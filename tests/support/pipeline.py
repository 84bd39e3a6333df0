"""Orders' rows, the relay, Kafka, the consumer and people's lists: all real, one stack of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy import func, select, text

from adapters.kafka.codec import Undecodable, decode
from adapters.kafka.topics import ORDERS
from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.notifications.tables import InboxRow
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.tables import OutboxRow
from adapters.postgres.ordering.writings import WritingRepository
from domain.events.orders import OrderEvent
from domain.notifications import NotificationType, Recipient
from domain.orders import OrderStatus, PlaceOrder
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from tests.support.ordering import a_move, a_recorded_order
from tests.support.servers import open_data_dir
from tests.support.topics import records_in


async def eventually(holds: Callable[[], Awaitable[object]], *, seconds: float = 60) -> None:
    """Return as soon as it holds; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - Another process does not tell.
            await asyncio.sleep(0.1)


class Pipeline:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.ordering = Database(SecretStr(stack.site.dsn("ordering")))
        self.people = Database(SecretStr(stack.site.dsn("notifications")))

    async def aclose(self) -> None:
        await self.ordering.close()
        await self.people.close()

    async def accept_order(self, **given: Any) -> PlaceOrder:
        """Four events: placed, reserved, confirmed, accepted."""
        orders = OrderRepository(self.ordering)
        order = await a_recorded_order(orders, WritingRepository(self.ordering), **given)
        for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED, OrderStatus.ACCEPTED):
            await orders.advance(a_move(order.order_id, status))
        return order

    async def accept_orders(self, count: int) -> list[PlaceOrder]:
        return await asyncio.gather(*(self.accept_order() for _ in range(count)))

    async def unpublished(self) -> int:
        waiting = select(func.count()).where(OutboxRow.published_at.is_(None))
        async with self.ordering.transaction() as session:
            return await session.scalar(waiting) or 0

    async def all_published(self) -> bool:
        return await self.unpublished() == 0

    async def sent(self) -> dict[UUID, list[OrderEvent]]:
        """What is in Kafka: by order, in Kafka's order."""
        events: dict[UUID, list[OrderEvent]] = {}
        for record in await records_in(self.stack.site.kafka_bootstrap, ORDERS.name):
            try:
                event = decode(ORDERS, record.value or b"")
            except Undecodable:
                continue
            events.setdefault(event.aggregate_id, []).append(event)
        return events

    async def told(self, order: PlaceOrder) -> list[NotificationType]:
        """What the customer has been told."""
        found = await NotificationRepository(self.people).list(
            Recipient.account(order.customer_id), limit=10
        )
        return [each.type for each in found]

    async def dealt_with(self, event_id: UUID) -> bool:
        async with self.people.transaction() as session:
            return await session.get(InboxRow, ("notifications", event_id)) is not None

    async def some_are_taken(self) -> bool:
        """By a relay, just now."""
        taken = text("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        async with self.ordering.transaction() as session:
            return bool(await session.scalar(taken))

    async def health_of(self, name: str) -> Any:
        return (await self._get(self._port_of(name), "/health/ready")).json()

    async def is_ready(self, name: str) -> bool:
        return (await self._get(self._port_of(name), "/health/ready")).is_success

    async def metric(self, port: int, series: str) -> float:
        """Of the process at that port: `outbox_held_up{context="ordering"}`; 0 before there is."""
        lines = (await self._get(port, "/metrics")).text.splitlines()
        values = [line.removeprefix(series) for line in lines if line.startswith(f"{series} ")]
        return float(values[0]) if values else 0.0

    async def has_logged(self, name: str, words: str) -> bool:
        return words in self.stack.site.log(name).path.read_text()

    def _port_of(self, name: str) -> int:
        port: int = getattr(self.stack.site.settings, f"{name}_port")
        return port

    async def _get(self, port: int, path: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            return await client.get(f"http://127.0.0.1:{port}{path}")

    def lines_of(self, name: str) -> int:
        """How much it has logged so far."""
        return len(self.stack.site.log(name).path.read_text().splitlines())


@asynccontextmanager
async def running_pipeline(*processes: str) -> AsyncIterator[Pipeline]:
    """With the relay and the consumers, or only those that are named."""
    with open_data_dir() as data_dir:
        async with Stack(StackSettings.isolated(data_dir)) as stack:
            await stack.start(["kafka", "migrations", *(processes or ("outbox", "events"))])
            async with aclosing(Pipeline(stack)) as pipeline:
                yield pipeline

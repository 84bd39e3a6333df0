"""An order's timeline as it grows, as server-sent events."""

import asyncio
from collections.abc import AsyncIterable, Iterable, Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

from api.dependencies import Using
from api.openapi import refusals
from api.order_lookup import Visible
from domain.errors import OrderNotFound
from domain.orders import OrderStatus, TimelineEntry

router = APIRouter(tags=["orders"])

# People look at a screen: what is half a second old is live. No connection is held in between.
_PAUSE_SECONDS = 0.5


class Event(BaseModel):
    """`status` is the order's after this entry."""

    order_id: UUID
    sequence: int
    status: OrderStatus
    at: datetime


@router.get(
    "/orders/{order_id}/events",
    response_class=EventSourceResponse,
    responses=refusals(OrderNotFound),
)
async def follow_order(
    order: Visible,
    services: Using,
    last_event_id: Annotated[int, Header(ge=0, description="Resume behind it.")] = 0,
) -> AsyncIterable[ServerSentEvent]:
    """From the first entry, or from behind `Last-Event-ID`, to the final status."""
    seen, ended = last_event_id, False
    while not ended:
        for event, status in _told(order.order_id, await services.orders.timeline(order.order_id)):
            if status.sequence > seen:
                seen = status.sequence
                yield ServerSentEvent(event=event, id=str(seen), data=status)
            ended = status.status.is_final
        if not ended:
            await asyncio.sleep(_PAUSE_SECONDS)


def _told(order_id: UUID, entries: Iterable[TimelineEntry]) -> Iterator[tuple[str, Event]]:
    """Every entry up to the final status: what the money does afterwards is no part of it."""
    status = OrderStatus.PLACED
    for entry in entries:
        if entry.event.startswith("order_"):
            status = OrderStatus(entry.event.removeprefix("order_"))
        yield (
            entry.event,
            Event(order_id=order_id, sequence=entry.sequence, status=status, at=entry.at),
        )
        if status.is_final:
            return

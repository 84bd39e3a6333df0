"""An order's timeline as it grows, and where its courier is, as server-sent events."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import Caller, Token, Using
from api.live import Follower
from api.openapi import refusals
from api.order_lookup import Visible
from api.order_stream import OrderStream
from domain.errors import OrderNotFound

router = APIRouter(tags=["orders"])


async def _following(order_id: UUID, caller: Caller, services: Using) -> AsyncIterator[Follower]:
    with services.live.follow(order_id, caller.account_id) as follower:
        yield follower


def _told(
    last_event: Annotated[
        int | None,
        Header(alias="Last-Event-ID", ge=0, description="The id of the last event that came."),
    ] = None,
    last_event_id: Annotated[
        int, Query(ge=0, description="The same, for who can't send the header.")
    ] = 0,
) -> int:
    """The header counts: a browser that reconnects sends it, with the address of before."""
    return last_event_id if last_event is None else last_event


Following = Annotated[Follower, Depends(_following)]
Told = Annotated[int, Depends(_told)]


@dataclass(frozen=True)
class Begun:
    stream: OrderStream
    events: Sequence[ServerSentEvent]


async def _begun(
    # Before the order is looked at, so that nothing falls between the look and the first news.
    _: Following,
    order: Visible,
    services: Using,
    token: Token,
    told: Told,
) -> Begun:
    """Before the answer's headers: what is written once the client has them is news to it."""
    stream = OrderStream(services, token, order, told=told)
    return Begun(stream, await stream.begin())


@router.get(
    "/orders/{order_id}/events",
    response_class=EventSourceResponse,
    responses=refusals(OrderNotFound),
)
async def follow_order(
    follower: Following, begun: Annotated[Begun, Depends(_begun)]
) -> AsyncIterable[ServerSentEvent]:
    """From the first entry, or from behind the last one that came, to the final status.

    While a courier has the order, `position` events tell where they are: without an id, at most
    one a second, and never again.
    """
    stream = begun.stream
    for event in begun.events:
        yield event
    while not stream.is_over and (news := await follower.news()):
        for event in await stream.go_on(news):
            yield event

"""Orders made anew from their events, and compared with the live ones while those go on."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from adapters.kafka.history import History, Unreadable
from adapters.postgres.ordering.rebuilding import Difference, RebuiltOrders
from domain.events.gaps import Gaps
from domain.events.orders import OrderEvent

# The relay needs a fraction of a second. What it has not sent by then counts as lost.
_PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`differences` are those that no change on its way explains.

    `missing` are versions without an event though a later one has come; `refused` are events that
    Postgres can't hold, and why; `busy` counts the orders that were not compared, because they
    moved at that moment. `unsent` are orders of which an event still waits in the outbox.
    """

    orders: int
    events: int
    differences: list[Difference]
    missing: dict[UUID, list[range]]
    unreadable: list[Unreadable]
    refused: list[tuple[OrderEvent, str]]
    unsent: set[UUID]
    busy: int
    seconds: float


class Rebuilding:
    """`say` is given what a person who waits would like to know."""

    def __init__(
        self,
        history: History[OrderEvent],
        orders: RebuiltOrders,
        *,
        say: Callable[[str], None] = lambda _words: None,
    ) -> None:
        self._history = history
        self._orders = orders
        self._say = say
        self._gaps = Gaps()
        self._unreadable: list[Unreadable] = []
        self._refused: list[tuple[OrderEvent, str]] = []
        self._events = 0

    async def compare(self) -> Findings:
        """Make the orders anew and say where they differ. Repeats and disorder do no harm."""
        began = time.monotonic()
        await self._orders.clear()
        await self._read_on()
        lost, unsent = await self._catch_up(await self._orders.newer_than_their_events())
        found = await self._orders.differences()
        real = [it for it in found if it.order_id in lost or not it.is_newer_than_its_events]
        return Findings(
            orders=await self._orders.size(),
            events=self._events,
            differences=real,
            missing=dict(self._gaps),
            unreadable=self._unreadable,
            refused=self._refused,
            unsent=unsent,
            busy=len(found) - len(real),
            seconds=time.monotonic() - began,
        )

    async def _catch_up(self, due: Mapping[UUID, int]) -> tuple[set[UUID], set[UUID]]:
        """Wait for the events up to these versions.

        Returns the orders whose have not come, and which of these have one in the outbox yet.
        Patience ends sooner where none has: what was sent is there to be read.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        late, unsent = await self._look_for(due)
        if unsent:
            orders = f"{len(unsent)} order{'' if len(unsent) == 1 else 's'}"
            self._say(f"Waiting up to {_PATIENCE_SECONDS:.0f} s for the events of {orders} …")
        while unsent and time.monotonic() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
            late, unsent = await self._look_for(due)
        return late, unsent

    async def _look_for(self, due: Mapping[UUID, int]) -> tuple[set[UUID], set[UUID]]:
        waiting = await self._orders.waiting_to_be_sent()
        await self._read_on()
        late = {
            order_id for order_id, version in due.items() if self._gaps.last(order_id) < version
        }
        return late, late & waiting

    async def _read_on(self) -> None:
        """To the end of the topic, as it is now."""
        async for batch in self._history.fresh():
            events = [each for each in batch if isinstance(each, OrderEvent)]
            self._unreadable += [each for each in batch if isinstance(each, Unreadable)]
            refused = await self._orders.write(events)
            self._refused += refused
            passed_over = {event.event_id for event, _ in refused}
            for event in events:
                if event.event_id not in passed_over:
                    self._events += 1
                    self._gaps.see(event.aggregate_id, event.aggregate_version)

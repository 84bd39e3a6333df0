"""Who follows which order in this process, and what wakes them.

A stream that nobody wakes costs memory and a socket, and no connection to a database.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from fastapi import HTTPException, status
from prometheus_client import Gauge

from domain.deliveries import Ride

STREAMS_PER_ACCOUNT = 20
# Seconds. Nobody knows when one of the others ends.
_RETRY_AFTER = "10"
# Of all streams that were woken at once, so many look at the database at a time: requests need it.
_LOOKING_AT_ONCE = 4

_OPEN = Gauge("order_streams_open", "Clients that follow an order.")


@dataclass(frozen=True, slots=True)
class News:
    """The timeline may have grown; the courier is somewhere else."""

    has_grown: bool
    ride: Ride | None


class Follower:
    """One stream. What comes while it is busy is put together: however slow, it is little."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()
        self._has_grown = False
        self._ride: Ride | None = None
        self._is_over = False

    def hear(self, ride: Ride | None = None) -> None:
        """That the timeline may have grown; or where the courier is."""
        self._has_grown = self._has_grown or ride is None
        self._ride = ride or self._ride
        self._woken.set()

    def end(self) -> None:
        self._is_over = True
        self._woken.set()

    async def news(self) -> News | None:
        """What came since the last time, once something did. None where the process ends."""
        await self._woken.wait()
        if self._is_over:
            return None
        news = News(self._has_grown, self._ride)
        self._has_grown, self._ride = False, None
        self._woken.clear()
        return news


class Live:
    """Of this process. `looking` bounds how many of the woken ask the database at a time."""

    def __init__(self) -> None:
        self.looking = asyncio.Semaphore(_LOOKING_AT_ONCE)
        self._followers = defaultdict[UUID, set[Follower]](set)
        self._open = Counter[UUID]()
        self._is_over = False

    @contextmanager
    def follow(self, order_id: UUID, account_id: UUID) -> Iterator[Follower]:
        """Nothing that happens from now on is missed. Answers 429 to who follows too many."""
        if self._open[account_id] >= STREAMS_PER_ACCOUNT:
            raise HTTPException(
                status.HTTP_429_TOO_MANY_REQUESTS,
                f"You follow {STREAMS_PER_ACCOUNT} orders already. Close one of the streams first.",
                headers={"Retry-After": _RETRY_AFTER},
            )
        follower = Follower()
        if self._is_over:
            follower.end()
        self._open[account_id] += 1
        self._followers[order_id].add(follower)
        _OPEN.inc()
        try:
            yield follower
        finally:
            _OPEN.dec()
            self._followers[order_id].remove(follower)
            self._open[account_id] -= 1
            self._forget_who_left(order_id, account_id)

    def tell(self, order_id: UUID) -> None:
        """Its timeline has grown."""
        for follower in self._followers.get(order_id, ()):
            follower.hear()

    def show(self, ride: Ride) -> None:
        for follower in self._followers.get(ride.order_id, ()):
            follower.hear(ride)

    def tell_everybody(self) -> None:
        """Any timeline may have grown: news were missed."""
        for order_id in self._followers:
            self.tell(order_id)

    def end(self) -> None:
        """Every stream ends, and its client comes back, to a process that goes on."""
        self._is_over = True
        for followers in self._followers.values():
            for follower in followers:
                follower.end()

    def _forget_who_left(self, order_id: UUID, account_id: UUID) -> None:
        if not self._followers[order_id]:
            del self._followers[order_id]
        if not self._open[account_id]:
            del self._open[account_id]

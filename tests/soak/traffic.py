"""Many orders at once, each led through its life by stubborn people."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from adapters.weather import endure
from domain.orders import order_id
from infra.demo.sandbox import Sandbox
from tests.soak.lives import Way
from tests.soak.regulars import Crew
from tests.support.guests import Guest, Watch
from tests.support.town import Kitchen, Town

# So that the orders don't all wait for the same row of stock.
_KITCHENS_OF_A_KIND = 4
_PLENTY = 1_000_000
# A life whose people never see what they wait for.
_LIFETIME = 600


@dataclass(kw_only=True)
class Traffic:
    """`ended` counts orders by their way, `moves` has the money that each was to move.

    `astray` has those that did not end as they should, and why.
    """

    crew: Crew
    town: Town
    sandbox: Sandbox
    watch: Watch
    kitchens: dict[bool, list[Kitchen]]
    patience: float
    ended: Counter[str] = field(default_factory=Counter)
    moves: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    astray: dict[UUID, str] = field(default_factory=dict)
    _turn: Iterator[int] = field(default_factory=itertools.count)

    async def flows(self, ways: Iterable[Way], *, at_once: int) -> None:
        """Returns when the last of them has ended."""
        turns = asyncio.Semaphore(at_once)
        async with asyncio.TaskGroup() as group:
            for way in ways:
                await turns.acquire()
                guest = group.create_task(self.live(way))
                guest.add_done_callback(lambda _: turns.release())

    async def live(self, way: Way) -> None:
        key, turn = uuid4().hex, next(self._turn)
        customer = self.crew.customers[turn % len(self.crew.customers)]
        id_ = order_id(UUID(customer.id), key)
        try:
            async with asyncio.timeout(_LIFETIME), self.crew.couriers.free(way.riders) as couriers:
                guest = Guest(
                    order_id=id_,
                    watch=self.watch,
                    customer=customer,
                    kitchen=await self._kitchen(way, turn),
                    couriers=couriers,
                    support=self.crew.support,
                    sandbox=self.sandbox,
                    patience=self.patience,
                )
                await self._lead(guest, way, key)
        except Exception as error:  # noqa: BLE001 - The others go on; the end of the test tells.
            self.astray[id_] = f"{way.name}: {error!r}"
        self.ended[way.name] += 1

    async def _lead(self, guest: Guest, way: Way, key: str) -> None:
        self.watch.ids.append(guest.order_id)
        try:
            body = guest.kitchen.order(quantity=1, payment_method=way.life.card)
            answer = await self.town.ask(guest.customer, body, key=key)
            assert answer.status_code == 202, answer.text
            self.moves[guest.order_id] = way.life.moves
            await way.life.people(guest)
            await guest.sees(status=way.life.status)
        finally:
            self.watch.ids.remove(guest.order_id)

    async def _kitchen(self, way: Way, turn: int) -> Kitchen:
        if way.takes_the_last:
            return await self.town.open_kitchen(stock=1)
        return self.kitchens[way.life.auto_accept][turn % _KITCHENS_OF_A_KIND]


@asynccontextmanager
async def traffic_in(
    town: Town, crew: Crew, sandbox: Sandbox, *, dsn: str, patience: float
) -> AsyncIterator[Traffic]:
    """With a watch and couriers who tell where they are, for as long as it is open."""
    kitchens = {
        accepts: [
            await town.open_kitchen(stock=_PLENTY, auto_accept=accepts)
            for _ in range(_KITCHENS_OF_A_KIND)
        ]
        for accepts in (True, False)
    }
    async with await AsyncConnection.connect(
        dsn, autocommit=True, row_factory=dict_row
    ) as postgres:
        watch = Watch(postgres=postgres, ids=[])
    traffic = Traffic(
        crew=crew, town=town, sandbox=sandbox, watch=watch, kitchens=kitchens, patience=patience
    )
    going_on = asyncio.gather(_keep_watch(watch, dsn), crew.couriers.tell_where_they_are())
    try:
        yield traffic
    finally:
        going_on.cancel()
        with suppress(asyncio.CancelledError):
            await going_on


async def _keep_watch(watch: Watch, dsn: str) -> None:
    """Through every outage of Postgres: people don't go away with it."""
    async for attempt in endure():
        with attempt:
            async with await AsyncConnection.connect(
                dsn, autocommit=True, row_factory=dict_row
            ) as watch.postgres:
                await watch.go_on()

"""The whole platform with two relays and three consumers, and everybody who orders there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import httpx
import pytest
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from infra.stack.catalog import worker
from infra.stack.ports import free_port
from infra.stack.service import Service
from tests.soak import groups
from tests.soak.collecting import Collector
from tests.soak.knobs import Knobs
from tests.soak.meters import Meters
from tests.soak.regulars import Crew, a_crew
from tests.soak.traffic import Traffic, traffic_in
from tests.support.platform import Platform, running_platform
from tests.support.polling import seen
from tests.support.rest import log_in
from tests.support.town import Town

RELAYS = ("outbox", "outbox-2")
CONSUMERS = ("events", "events-2", "events-3")
PUBLISHED = "outbox_published_total"
CONSUMED = "events_consumed_total"


@dataclass(frozen=True, kw_only=True)
class Arena:
    """`urls` of the relays' and the consumers' metrics."""

    platform: Platform
    http: httpx.AsyncClient
    crew: Crew
    urls: dict[str, str]
    knobs: Knobs

    @property
    def kafka(self) -> str:
        return self.platform.stack.site.kafka_bootstrap

    def meters(self, counter: str, *names: str) -> Meters:
        return Meters(urls={name: self.urls[name] for name in names}, counter=counter)

    @asynccontextmanager
    async def traffic(self) -> AsyncIterator[Traffic]:
        """In kitchens of its own."""
        async with traffic_in(
            Town(self.http, self.crew.cook),
            self.crew,
            self.platform.sandbox,
            dsn=self.platform.stack.site.admin_dsn,
            patience=self.knobs.patience,
        ) as traffic:
            yield traffic

    @asynccontextmanager
    async def looked_at(self, town: Town) -> AsyncIterator[tuple[Platform, Collector]]:
        """Over a connection of its own: those from before a kill are gone."""
        async with await AsyncConnection.connect(
            self.platform.stack.site.admin_dsn, autocommit=True, row_factory=dict_row
        ) as postgres:
            witnesses = replace(self.platform.witnesses, postgres=postgres)
            platform = replace(self.platform, town=town, witnesses=witnesses)
            yield platform, Collector(postgres=postgres, kafka=self.kafka)

    async def is_quiet(self, collector: Collector) -> None:
        """Returns once everything that was written has been sent and dealt with."""
        await self.is_sent(collector)
        await self.is_dealt_with()

    async def is_sent(self, collector: Collector) -> None:
        await seen(
            collector.waiting,
            lambda count: count == 0,
            seconds=self.knobs.until_quiet,
            pause=0.3,
        )

    async def is_dealt_with(self) -> None:
        await seen(
            lambda: groups.lag(self.kafka),
            lambda lag: not any(lag.values()),
            seconds=self.knobs.until_quiet,
            pause=0.5,
        )

    async def replay(self) -> None:
        """Every topic from its first record."""
        async with self._rewound():
            pass
        await self.is_dealt_with()

    async def replay_to(self, consumer: Service) -> None:
        """The same to somebody else, in place of the real ones."""
        stack = self.platform.stack
        async with self._rewound():
            await stack.add(consumer)
            try:
                await self.is_dealt_with()
            finally:
                await stack.remove(consumer.name)

    @asynccontextmanager
    async def _rewound(self) -> AsyncIterator[None]:
        stack = self.platform.stack
        await asyncio.gather(*(stack.halt(name) for name in CONSUMERS))
        try:
            await groups.rewind(self.kafka)
            yield
        finally:
            await asyncio.gather(*(stack.resume(name) for name in CONSUMERS))


@asynccontextmanager
async def running_arena(knobs: Knobs) -> AsyncIterator[Arena]:
    async with AsyncExitStack() as running:
        with pytest.MonkeyPatch.context() as environment:
            # As in production: with so many orders, it would be what costs most.
            environment.setenv("WORKER_SANDBOX", "false")
            platform = await running.enter_async_context(running_platform())
        stack, settings = platform.stack, platform.stack.site.settings
        more = [
            worker(stack.site, name.partition("-")[0], name=name, port=free_port())
            for name in (*RELAYS[1:], *CONSUMERS[1:])
        ]
        await asyncio.gather(*(stack.add(service) for service in more))
        async with httpx.AsyncClient(
            base_url=stack.site.api_url, timeout=30, trust_env=False
        ) as http:
            password = settings.admin_password.get_secret_value()
            admin = await log_in(http, settings.admin_email, password)
            yield Arena(
                platform=platform,
                http=http,
                crew=await a_crew(http, admin, open_at_once=knobs.open),
                urls={
                    "outbox": f"http://127.0.0.1:{settings.outbox_port}",
                    "events": f"http://127.0.0.1:{settings.events_port}",
                    **{service.name: service.where for service in more},
                },
                knobs=knobs,
            )

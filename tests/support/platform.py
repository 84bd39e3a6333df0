"""The whole platform: every server and every process of it, with people who order and witnesses."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from adapters.settings import TemporalSettings
from adapters.temporal import connect
from infra.demo.sandbox import Sandbox
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from tests.support.invariants import violations
from tests.support.polling import seen
from tests.support.rest import Person, insist, log_in, register
from tests.support.servers import open_data_dir
from tests.support.town import Town
from tests.support.witnesses import Witnesses


@dataclass(frozen=True, kw_only=True)
class Platform:
    stack: Stack
    town: Town
    witnesses: Witnesses

    @property
    def sandbox(self) -> Sandbox:
        return self.witnesses.sandbox

    async def violations(self) -> list[str]:
        """What does not hold of all that was promised since the platform started."""
        facts = await self.witnesses.facts(self.town.promised, self.town.stocked)
        return violations(facts)

    async def comes_to_order(self, *, seconds: float = 90) -> None:
        """Returns once every invariant holds; fails with those that don't in time.

        Nothing that money, food or people may be done twice heals by waiting.
        """
        await seen(self.violations, lambda found: found == [], seconds=seconds, pause=0.3)

    async def make_support(self, somebody: Person) -> None:
        """As its administrator does."""
        settings = self.stack.site.settings
        password = settings.admin_password.get_secret_value()
        admin = await log_in(somebody.http, settings.admin_email, password)
        path, roles = f"/admin/accounts/{somebody.id}/roles", {"roles": ["support"]}
        given = await insist(lambda: admin.put(path, roles))
        assert given.status_code == 200, given.text

    def logged(self, process: str, *, correlation_id: str) -> list[dict[str, Any]]:
        """The process's log lines that belong to a request."""
        lines = self.stack.site.log(process).path.read_text().splitlines()
        parsed = [json.loads(line) for line in lines if correlation_id in line]
        return [line for line in parsed if line["correlation_id"] == correlation_id]


@asynccontextmanager
async def running_platform(**more: str) -> AsyncIterator[Platform]:
    """`more` are variables of its processes' environment."""
    with open_data_dir() as data_dir:
        async with Stack(StackSettings.isolated(data_dir), more=more) as stack:
            await stack.start()
            async with _people_and_witnesses(stack) as platform:
                yield platform


@asynccontextmanager
async def _people_and_witnesses(stack: Stack) -> AsyncIterator[Platform]:
    site = stack.site
    temporal = await connect(TemporalSettings(address=site.temporal_address))
    async with (
        httpx.AsyncClient(base_url=site.api_url, timeout=30, trust_env=False) as api,
        httpx.AsyncClient(base_url=site.sandbox_url, timeout=30, trust_env=False) as sandbox,
        await AsyncConnection.connect(
            site.admin_dsn, autocommit=True, row_factory=dict_row
        ) as postgres,
    ):
        witnesses = Witnesses(
            postgres=postgres,
            temporal=temporal,
            sandbox=Sandbox(sandbox),
            kafka=site.kafka_bootstrap,
        )
        yield Platform(stack=stack, town=Town(api, await register(api)), witnesses=witnesses)

"""All that an order needs, real, on one event loop, and two clocks that move together.

The processes of the project run inside this one, against a Temporal server whose clock jumps and
an account of the Stripe sandbox that is ours alone.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import structlog
import uvloop
from temporalio.api.testservice.v1 import UnlockTimeSkippingRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings, TemporalSettings, WorkerSettings
from adapters.temporal import connect
from tests.model.stand_ins import standing_in
from tests.support.stripe_sandbox import new_key
from tests.support.temporal import time_skipping
from workers import delivery, notifications, orders, payments
from workers.process import Process

_PROCESSES = {
    "delivery": delivery,
    "notifications": notifications,
    "orders": orders,
    "payments": payments,
}
_LOCKED_SECONDS = 1.5
_LOOK = 0.003
# Nothing waits for what runs at the end: the servers end too.
_SETTINGS = WorkerSettings(sandbox=False, drain=timedelta(0))


class Bank:
    """Our account at the sandbox."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def get(self, path: str, **query: Any) -> Any:
        return (await self._http.get(path, params=query)).raise_for_status().json()

    async def post(self, path: str, **body: Any) -> httpx.Response:
        """The answer may be a refusal."""
        return await self._http.post(path, json=body)

    async def fail(self, fault: str, path: str, *, times: int, milliseconds: int = 0) -> None:
        rule = {"fault": fault, "path": path, "times": times, "milliseconds": milliseconds}
        (await self._http.post("/_control/faults", json=rule)).raise_for_status()

    async def is_asked(self, *, seconds: float) -> None:
        """Return as soon as every fault was met by a request, or after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while any(rule["remaining"] for rule in await self._faults()):  # noqa: ASYNC110 - only Stripe knows.
                    await asyncio.sleep(_LOOK)

    async def _faults(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.get("/_control/faults"))["items"]
        return items

    async def recover(self) -> None:
        (await self._http.delete("/_control/faults")).raise_for_status()


class Clocks:
    """Stripe's clock goes first: so no hold is longer than Stripe says, and none is for ever."""

    def __init__(self, environment: WorkflowEnvironment, bank: Bank) -> None:
        self._environment = environment
        self._bank = bank
        self._ahead = 0.0

    async def now(self) -> datetime:
        return await self._environment.get_current_time()

    async def jump(self, to: datetime) -> None:
        """Workflows do meanwhile what they do before that time."""
        ahead = to.timestamp() - time.time() - self._ahead
        if ahead > 0:
            self._ahead += ahead
            (await self._bank.post("/_control/clock", advance_seconds=ahead)).raise_for_status()
        left = (to - await self.now()).total_seconds()
        if left > 0:
            await self._sleep(left)

    async def _sleep(self, seconds: float) -> None:
        """The server locks its clock while something runs, and now and then forgets to unlock it.

        Nothing of ours runs that long.
        """
        sleeping = asyncio.create_task(self._environment.sleep(seconds))
        while not (await asyncio.wait({sleeping}, timeout=_LOCKED_SECONDS))[0]:
            await self._environment.client.test_service.unlock_time_skipping(
                UnlockTimeSkippingRequest()
            )
        await sleeping


@dataclass(frozen=True, kw_only=True)
class Laboratory:
    client: Client
    clocks: Clocks
    bank: Bank
    databases: Mapping[str, Database]
    run: Callable[[Awaitable[Any]], Any]
    """Runs a coroutine on the loop that everything lives on."""


@contextmanager
def open_laboratory(settings: DatabaseSettings, sandbox_url: str) -> Iterator[Laboratory]:
    with (
        _quiet(),
        standing_in(),
        pytest.MonkeyPatch.context() as environment,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        key = new_key()
        for name, value in _environment(settings, sandbox_url, key).items():
            environment.setenv(name, value)
        built = _built(settings, sandbox_url, key, environment, runner.run)
        laboratory = runner.run(built.__aenter__())
        try:
            yield laboratory
        finally:
            runner.run(built.__aexit__(None, None, None))


@asynccontextmanager
async def _built(
    settings: DatabaseSettings,
    sandbox_url: str,
    key: str,
    environment: pytest.MonkeyPatch,
    run: Callable[[Any], Any],
) -> AsyncIterator[Laboratory]:
    async with (
        httpx.AsyncClient(
            base_url=sandbox_url, headers={"Authorization": f"Bearer {key}"}, trust_env=False
        ) as http,
        time_skipping() as temporal,
        _opened(settings) as databases,
    ):
        address = temporal.client.service_client.config.target_host
        environment.setenv("TEMPORAL_ADDRESS", address)
        async with _working():
            bank = Bank(http)
            yield Laboratory(
                client=await connect(TemporalSettings(address=address)),
                clocks=Clocks(temporal, bank),
                bank=bank,
                databases=databases,
                run=run,
            )


def _environment(settings: DatabaseSettings, sandbox_url: str, key: str) -> dict[str, str]:
    """What the processes read."""
    dsns = {name.upper(): dsn.get_secret_value() for name, dsn in settings}
    return dsns | {
        "STRIPE_SECRET_KEY": key,
        "STRIPE_BASE_URL": sandbox_url,
        "STRIPE_TIMEOUT": "PT1S",
    }


@asynccontextmanager
async def _opened(settings: DatabaseSettings) -> AsyncIterator[dict[str, Database]]:
    """By context, for those who look."""
    databases = {name.removesuffix("_dsn"): Database(dsn, pool_size=4) for name, dsn in settings}
    try:
        yield databases
    finally:
        for database in databases.values():
            await database.close()


@asynccontextmanager
async def _working() -> AsyncIterator[None]:
    """The processes, each a task; one that ends by itself ends whatever runs here."""
    tasks = [
        asyncio.create_task(module.work(Process(name=name, settings=_SETTINGS)))
        for name, module in _PROCESSES.items()
    ]
    for task in tasks:
        task.add_done_callback(_interrupt)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(_interrupt)
            task.cancel()
        await asyncio.wait(tasks)


def _interrupt(task: asyncio.Task[None]) -> None:
    task.get_loop().stop()
    message = f"A worker ended by itself: {task!r}"
    raise AssertionError(message) from task.exception()


@contextmanager
def _quiet() -> Iterator[None]:
    """Logs of thousands of orders cost more than they tell."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop])
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        structlog.configure(**before)


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent

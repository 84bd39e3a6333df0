"""A worker process: its logs and traces, its health, and its work until SIGTERM."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

import structlog
import uvloop

from adapters.settings import WorkerSettings
from adapters.telemetry import configure_logging
from adapters.tracing import exporting
from workers.health import Check, Detail, serve

# On top of what the work itself takes to drain.
_CLEANUP_SECONDS = 3

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """`checks` are what /health/ready asks, and `details` what it tells: the work adds its own."""

    name: str
    settings: WorkerSettings
    checks: dict[str, Check] = field(default_factory=dict)
    details: dict[str, Detail] = field(default_factory=dict)


class EndedByItself(Exception):
    """Nobody told the work to stop."""


Work = Callable[[Process], Awaitable[None]]
"""Goes on until it is cancelled, and then drains. Returning or raising before is a failure."""


def run(name: str, work: Work) -> NoReturn:
    """Exits with 0 after SIGTERM or SIGINT, and with 1 where the work ended by itself."""
    configure_logging(name)
    try:
        with exporting(name):
            uvloop.run(_live(name, work))
    except Exception:
        log.exception("process.failed")
        _exit(1)
    log.info("process.stopped")
    _exit(0)


async def _live(name: str, work: Work) -> None:
    process = Process(name=name, settings=WorkerSettings())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(process.settings, process.checks, process.details):
        log.info("process.started", port=process.settings.port)
        working = asyncio.ensure_future(work(process))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            await working
            raise EndedByItself
        await _drain(working, process.settings)


async def _drain(working: asyncio.Future[None], settings: WorkerSettings) -> None:
    """Raises what goes wrong meanwhile, and `TimeoutError` where it takes too long."""
    log.info("process.draining")
    working.cancel()
    seconds = settings.drain.total_seconds() + _CLEANUP_SECONDS
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(working, seconds)


def _exit(status: int) -> NoReturn:
    """Without the interpreter's own end: threads of Temporal's core may abort it.

    https://github.com/temporalio/sdk-python/issues/300
    """
    logging.shutdown()
    os._exit(status)

"""What nobody waits for: old logins are deleted, and erased people are forgotten everywhere."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import structlog

from adapters.postgres.contexts import CONTEXTS
from adapters.postgres.engine import Database
from adapters.postgres.erasing import Eraser
from adapters.postgres.identity.pruning import prune
from adapters.settings import DatabaseSettings
from adapters.weather import endure

_EVERY_SECONDS = 60

log = structlog.stdlib.get_logger(__name__)


async def keep_house(settings: DatabaseSettings) -> None:
    """Until it is cancelled. Several at once only do some of it twice."""
    async with AsyncExitStack() as closing:
        databases = {name: Database(settings.of(name), pool_size=1) for name in CONTEXTS}
        for database in databases.values():
            closing.push_async_callback(database.close)
        async for attempt in endure():
            with attempt:
                await _tidy_up_again_and_again(databases)


async def _tidy_up_again_and_again(databases: dict[str, Database]) -> None:
    while True:
        await tidy_up(databases, now=datetime.now(UTC))
        await asyncio.sleep(_EVERY_SECONDS)


async def tidy_up(databases: dict[str, Database], *, now: datetime) -> None:
    """Once. Every part of it may be repeated."""
    await prune(databases["identity"], now=now)
    if erased := await Eraser(databases).finish(now=now):
        log.info("accounts.forgotten", accounts=erased)

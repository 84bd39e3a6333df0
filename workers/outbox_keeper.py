"""Looks after an outbox, beside its relay: how much waits, and nothing is kept too long.

On a connection of its own, so that it also tells when the relay is stuck.
"""

import asyncio
import time
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from pydantic import SecretStr

from adapters.postgres.outbox_reader import OutboxReader
from adapters.weather import endure

_EVERY_SECONDS = 5
_LOOKS_PER_PRUNING = 720
# Time to see in the table what was sent.
_KEPT = timedelta(days=7)
# An event usually waits milliseconds.
_LATE_SECONDS = 15

UNPUBLISHED = Gauge("outbox_unpublished", "Events that wait for the relay.", ["context"])
OLDEST = Gauge("outbox_oldest_seconds", "How long the oldest of them has waited.", ["context"])

log = structlog.stdlib.get_logger(__name__)


class Stale(Exception):
    """The outbox could not be looked at for a while."""


class Keeper:
    """Of one context's outbox."""

    def __init__(self, context: str, dsn: SecretStr) -> None:
        self._context = context
        self._dsn = dsn
        self._looked_at = float("-inf")

    async def check(self) -> None:
        """Raises `Stale` where the outbox can't be read."""
        if time.monotonic() - self._looked_at > 2 * _EVERY_SECONDS:
            raise Stale

    async def run(self) -> None:
        """Until it is cancelled."""
        async for attempt in endure():
            with attempt:
                async with OutboxReader.connect(self._dsn, self._context) as outbox:
                    await self._keep(outbox)

    async def _keep(self, outbox: OutboxReader) -> None:
        while True:
            for _ in range(_LOOKS_PER_PRUNING):
                await self._look(outbox)
                await asyncio.sleep(_EVERY_SECONDS)
            while pruned := await outbox.prune(_KEPT):
                log.info("outbox.pruned", context=self._context, rows=pruned)

    async def _look(self, outbox: OutboxReader) -> None:
        backlog = await outbox.backlog()
        self._looked_at = time.monotonic()
        UNPUBLISHED.labels(self._context).set(backlog.unpublished)
        OLDEST.labels(self._context).set(backlog.oldest_seconds)
        if backlog.oldest_seconds > _LATE_SECONDS:
            log.warning(
                "outbox.late",
                context=self._context,
                unpublished=backlog.unpublished,
                oldest_seconds=round(backlog.oldest_seconds),
            )

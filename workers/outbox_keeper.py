"""Looks after an outbox, beside its relay: how much waits, and nothing is kept too long.

On a connection of its own, so that it also tells when the relay is stuck. All relays tell the same.
"""

import asyncio
import time
from dataclasses import asdict
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from pydantic import SecretStr

from adapters.postgres.outbox_upkeep import Backlog, OutboxUpkeep
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
        self.context = context
        self._dsn = dsn
        self._seen = Backlog(unpublished=0, oldest_seconds=0)
        self._looked_at = float("-inf")

    async def check(self) -> None:
        """Raises `Stale` where the outbox can't be read."""
        if self._is_stale():
            raise Stale

    def waiting(self) -> dict[str, float] | None:
        """The backlog as last seen; None where that was too long ago."""
        return None if self._is_stale() else asdict(self._seen)

    async def run(self) -> None:
        """Until it is cancelled."""
        async for attempt in endure():
            with attempt:
                async with OutboxUpkeep.connect(self._dsn, self.context) as outbox:
                    await self._keep(outbox)

    def _is_stale(self) -> bool:
        return time.monotonic() - self._looked_at > 2 * _EVERY_SECONDS

    async def _keep(self, outbox: OutboxUpkeep) -> None:
        while True:
            for _ in range(_LOOKS_PER_PRUNING):
                await self._look(outbox)
                await asyncio.sleep(_EVERY_SECONDS)
            while pruned := await outbox.prune(_KEPT):
                log.info("outbox.pruned", context=self.context, rows=pruned)

    async def _look(self, outbox: OutboxUpkeep) -> None:
        self._seen = backlog = await outbox.backlog()
        self._looked_at = time.monotonic()
        UNPUBLISHED.labels(self.context).set(backlog.unpublished)
        OLDEST.labels(self.context).set(backlog.oldest_seconds)
        if backlog.oldest_seconds > _LATE_SECONDS:
            log.warning(
                "outbox.late",
                context=self.context,
                unpublished=backlog.unpublished,
                oldest_seconds=round(backlog.oldest_seconds),
            )

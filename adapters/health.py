"""Being ready: each part asked within a bound, and the outcome as figures.

An orchestrator asks for a status code, an alert rule for the figures.
"""

import asyncio
from collections.abc import Awaitable, Mapping

from prometheus_client import Gauge

_READY = Gauge("health_ready", "1 where /health/ready is answered with 200, and 0 where not.")
_PART = Gauge("health_part_up", "1 where this process reaches the part, 0 where not.", ["part"])

# The loop itself keeps no task alive.
_given_up: set[asyncio.Future[object]] = set()


def publish(parts: Mapping[str, bool], *, is_ready: bool) -> None:
    """As just looked at: figures of an hour ago would tell an alert that all is well."""
    _READY.set(is_ready)
    for part, is_up in parts.items():
        _PART.labels(part).set(is_up)


async def ask(check: Awaitable[object], *, seconds: float) -> None:
    """Raises what the check raises, and `TimeoutError` where it takes longer than that.

    It is told to give up, and not waited for: a driver whose server hangs goes on for ten seconds
    trying to tell it so, and the answer about every other part would wait with it.
    """
    asking = asyncio.ensure_future(check)
    try:
        await asyncio.wait([asking], timeout=seconds)
    finally:
        if not asking.done():
            asking.cancel()
            _given_up.add(asking)
            asking.add_done_callback(_forget)
    if not asking.done():
        raise TimeoutError
    asking.result()


def _forget(asked: asyncio.Future[object]) -> None:
    _given_up.discard(asked)
    # Looked at, or the loop complains of an error that nobody has seen.
    if not asked.cancelled():
        asked.exception()

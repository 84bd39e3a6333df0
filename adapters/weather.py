"""Weather passes: how a process waits for a server that is away."""

from collections.abc import AsyncIterator

import stamina
import structlog
from stamina.instrumentation import RetryDetails

log = structlog.stdlib.get_logger(__name__)


def endure(
    weather: type[Exception] | tuple[type[Exception], ...] = Exception,
) -> AsyncIterator[stamina.Attempt]:
    """`async for attempt in endure(): with attempt: …` tries until it works.

    The pauses grow from 0.2 to 5 seconds, and every failure is one line in the log. Anything that
    goes wrong is weather unless that is said more closely; a fact has to be caught inside.
    """
    return aiter(
        stamina.retry_context(
            on=weather, attempts=None, timeout=None, wait_initial=0.2, wait_max=5.0
        )
    )


def tell(details: RetryDetails) -> None:
    """A line for every failure; only the first shows where it came from."""
    log.warning(
        "weather.endured",
        error=repr(details.caused_by),
        attempt=details.retry_num,
        wait_seconds=round(details.wait_for, 1),
        exc_info=details.caused_by if details.retry_num == 1 else None,
    )

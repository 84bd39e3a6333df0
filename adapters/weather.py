"""Weather passes: how a process waits for a server that is away."""

from collections.abc import AsyncIterator

import stamina


def endure() -> AsyncIterator[stamina.Attempt]:
    """`async for attempt in endure(): with attempt: …` tries until it works.

    The pauses grow from 0.2 to 5 seconds, and every failure is one line in the log. Anything that
    goes wrong is weather here; a fact has to be caught inside.
    """
    return aiter(
        stamina.retry_context(
            on=Exception, attempts=None, timeout=None, wait_initial=0.2, wait_max=5.0
        )
    )

"""Waiting for what comes by itself."""

import asyncio
import time
from collections.abc import Callable


async def eventually(condition: Callable[[], object], *, seconds: float = 20) -> None:
    """Return as soon as `condition()` is true; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"It did not become true within {seconds} s."
            raise AssertionError(message)
        await asyncio.sleep(0.02)

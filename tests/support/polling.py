"""Waiting for what comes by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def eventually(condition: Callable[[], object], *, seconds: float = 20) -> None:
    """Return as soon as `condition()` is true; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"It did not become true within {seconds} s."
            raise AssertionError(message)
        await asyncio.sleep(0.02)


async def brought_about(
    coming: Coroutine[Any, Any, T], act: Callable[[], Awaitable[object]], *, seconds: float = 30
) -> T:
    """What comes of `act`, done again and again: for what may be dropped by design."""
    waiting = asyncio.ensure_future(coming)

    async def attempt() -> bool:
        await act()
        await asyncio.wait([waiting], timeout=1)
        return waiting.done()

    try:
        await seen(attempt, bool, seconds=seconds)
        return await waiting
    finally:
        waiting.cancel()


async def seen(
    look: Callable[[], Awaitable[T]],
    wanted: Callable[[T], object],
    *,
    seconds: float = 30,
    pause: float = 0.1,
) -> T:
    """What `look` finds, as soon as it is what is wanted; fail with the last that it found."""
    deadline = time.monotonic() + seconds
    while not wanted(found := await look()):
        assert time.monotonic() < deadline, f"Not what was wanted within {seconds} s: {found}"
        await asyncio.sleep(pause)
    return found

"""Ctrl-C, SIGTERM and a closed terminal end the work in an orderly way."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from signal import SIGHUP, SIGINT, SIGTERM


async def interruptible(work: Coroutine[object, object, None]) -> None:
    """Returns when `work` ends, or has cleaned up after a signal cancelled it.

    Handlers of our own, because a shell that starts us in the background has SIGINT ignored.
    """
    task = asyncio.create_task(work)
    for number in (SIGHUP, SIGINT, SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task

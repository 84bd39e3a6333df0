"""An application, served in this process over a real socket."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from threading import Thread

import httpx
import uvicorn
from fastapi import FastAPI

from api.server import Server


@contextmanager
def serving(
    app: FastAPI,
    *,
    prepare: Callable[[socket.socket], None] = lambda _: None,
    by: type[uvicorn.Server] = Server,
) -> Iterator[str]:
    """On an event loop in a thread of its own, because every test has another loop.

    Our own server ends our own application's streams; another application needs uvicorn's.
    """
    with socket.socket() as listener:
        prepare(listener)
        listener.bind(("127.0.0.1", 0))
        server = by(uvicorn.Config(app, log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="api")
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@asynccontextmanager
async def served(
    app: FastAPI, *, prepare: Callable[[socket.socket], None] = lambda _: None
) -> AsyncIterator[httpx.AsyncClient]:
    """The same, for a test whose loop has to go on meanwhile: with a client."""
    with ExitStack() as stack:
        server = serving(app, prepare=prepare)
        url = await asyncio.to_thread(stack.enter_context, server)
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield client
        await asyncio.to_thread(stack.close)


def _wait_until_started(server: uvicorn.Server, thread: Thread) -> None:
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "The API did not start."
        assert time.monotonic() < deadline, "The API did not start in time."
        time.sleep(0.01)

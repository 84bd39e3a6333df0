"""The real servers, each started when the first test asks for it and kept for the whole session.

They are children of this process on free ports of loopback, with data in a temporary folder, and
the kernel ends them even when pytest is killed (see `infra/stack/commands.py`). The stack lives
on an event loop in a thread of its own, because every test has another loop.
"""

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TypeVar

import pytest

from infra.stack.service import Service
from infra.stack.settings import StackSettings
from infra.stack.site import Site
from infra.stack.stack import Stack

T = TypeVar("T")


class Servers:
    def __init__(self, stack: Stack, loop: asyncio.AbstractEventLoop) -> None:
        self._stack = stack
        self._loop = loop

    @property
    def site(self) -> Site:
        return self._stack.site

    def need(self, name: str) -> Site:
        """Returns when the server is ready, and costs nothing when it was before."""
        self.wait(self._stack.start([name]))
        return self.site

    @contextmanager
    def running(self, service: Service) -> Iterator[None]:
        """One more, for as long as somebody needs it."""
        self.wait(self._stack.add(service))
        try:
            yield
        finally:
            self.wait(self._stack.remove(service.name))

    def wait(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with open_data_dir() as data_dir, _background_loop() as loop:
        stack = Stack(StackSettings.isolated(data_dir))
        servers = Servers(stack, loop)
        try:
            yield servers
        finally:
            servers.wait(stack.stop())


@pytest.fixture(scope="session")
def postgres_admin_dsn(servers: Servers) -> str:
    """Of the superuser, in an empty database."""
    return servers.need("postgres").admin_dsn


@pytest.fixture(scope="session")
def redis_url(servers: Servers) -> str:
    return servers.need("redis").redis_url


@pytest.fixture(scope="session")
def kafka_bootstrap(servers: Servers) -> str:
    return servers.need("kafka").kafka_bootstrap


@pytest.fixture(scope="session")
def temporal_address(servers: Servers) -> str:
    """Of a development server, with the search attributes of the project."""
    return servers.need("temporal").temporal_address


@pytest.fixture(scope="session")
def sandbox_url(servers: Servers) -> str:
    return servers.need("stripe-sandbox").sandbox_url


@contextmanager
def open_data_dir() -> Iterator[Path]:
    """For one more stack."""
    with tempfile.TemporaryDirectory(prefix="ha-soranu-") as name:
        folder = Path(name)
        # Postgres runs as another user when the tests run as root, and must get through.
        folder.chmod(0o711)
        yield folder


@contextmanager
def _background_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="servers", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

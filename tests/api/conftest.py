"""The API, served in this process over a real socket, on real servers."""

import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from fastapi import FastAPI
from pydantic import SecretStr

from adapters.settings import (
    ApiSettings,
    DatabaseSettings,
    IdentitySettings,
    RedisSettings,
    TemporalSettings,
)
from api.app import create_app
from api.services import Settings
from tests.support.rest import Person, Visitor, register
from tests.support.servers import Servers


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> IdentitySettings:
    folder: Path = tmp_path_factory.mktemp("jwt")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "1.pem").write_bytes(pem)
    return IdentitySettings(
        jwt_keys_dir=folder, customer_key_secret=SecretStr("a secret of the tests")
    )


@pytest.fixture(scope="session")
def settings(
    databases: DatabaseSettings, identity: IdentitySettings, redis_url: str, temporal_address: str
) -> Settings:
    return Settings(
        api=ApiSettings(),
        databases=databases,
        identity=identity,
        redis=RedisSettings(url=redis_url),
        temporal=TemporalSettings(address=temporal_address),
    )


@pytest.fixture(scope="session")
def url(settings: Settings) -> Iterator[str]:
    with serving(create_app(settings)) as url:
        yield url


@pytest.fixture(scope="session")
def workers(servers: Servers, databases: DatabaseSettings) -> None:
    """Everything an order needs to go its way, each a process of its own."""
    for kind in ("orders", "payments", "notifications"):
        servers.need(kind)


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def visitor(http: httpx.AsyncClient) -> Visitor:
    return Visitor(http)


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    return await register(http)


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """On an event loop in a thread of its own, because every test has another loop."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="api")
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _wait_until_started(server: uvicorn.Server, thread: Thread) -> None:
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "The API did not start."
        assert time.monotonic() < deadline, "The API did not start in time."
        time.sleep(0.01)

"""Streams where it is rough: processes that die, servers that go away, clients by the thousand."""

import asyncio
import resource
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import (
    asynccontextmanager,
    closing,
    contextmanager,
    suppress,
)
from dataclasses import replace
from functools import partial
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from uuid import UUID

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from adapters.settings import DatabaseSettings
from api.app import create_app
from api.live import STREAMS_PER_ACCOUNT
from api.server import limit_unread
from api.services import Settings
from domain.accounts import Role
from domain.orders import OrderStatus
from infra.stack.site import CONTEXTS
from tests.support.api_process import ApiProcess, api_process
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import Person
from tests.support.servers import Servers
from tests.support.serving import served
from tests.support.streams import Desk, Event, following, no_open_streams, open_desk, open_streams
from tests.support.wires import wire

ACCOUNTS = 50
ORDERS = STREAMS_PER_ACCOUNT
# A pool of eight for each context, and the listener.
CONNECTIONS = 8 * len(CONTEXTS) + 1


@pytest.fixture
async def desk(databases: DatabaseSettings) -> AsyncIterator[Desk]:
    async with open_desk(databases) as desk:
        yield desk


@pytest.fixture
async def order_id(desk: Desk, person: Person) -> UUID:
    return await desk.order(customer_id=UUID(person.id))


@asynccontextmanager
async def at(url: str, person: Person) -> AsyncIterator[Person]:
    """The same person, who speaks to another process."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield replace(person, http=client)


async def followed_to_the_end(person: Person, order_id: UUID) -> list[int]:
    """The ids of all events, as a browser gets them: it comes back after every end."""
    events: list[Event] = []

    async def follow() -> list[Event]:
        last = {"Last-Event-ID": str(events[-1].id if events else 0)}
        with suppress(httpx.TransportError):
            async with following(person, order_id, headers=last) as stream:
                try:
                    await stream.rest()
                finally:
                    events.extend(stream.events)
        return events

    await seen(follow, _ends_cancelled, seconds=120)
    return [event.id for event in events if event.id is not None]


def _ends_cancelled(events: list[Event]) -> bool:
    return bool(events) and events[-1].data["status"] == OrderStatus.CANCELLED


class TestAProcessThatEnds:
    async def test_costs_its_clients_no_event(
        self, settings: Settings, tmp_path: Path, desk: Desk, person: Person, order_id: UUID
    ) -> None:
        """Politely, and then without a word."""
        async with api_process(settings, tmp_path) as api, at(api.url, person) as client:
            follower = asyncio.create_task(followed_to_the_end(client, order_id))
            for number in (SIGTERM, SIGKILL):
                await _tell_around(desk, order_id, api, number)
            await desk.move(order_id, OrderStatus.CANCELLED)
            ids = await asyncio.wait_for(follower, 60)
            log = api.log.read_text()
        assert ids == list(range(1, 4 + 2 * 15 + 2))
        # The streams ended by themselves: nobody had to wait for them.
        assert "timeout graceful shutdown exceeded" not in log


async def _tell_around(desk: Desk, order_id: UUID, api: ApiProcess, number: Signals) -> None:
    """Before, during and after the process's absence."""
    for note in range(15):
        if note == 5:
            api.signal(number)
        if note == 10:
            await api.ready()
        await desk.note(order_id)


class TestAListenerThatWasCutOff:
    async def test_missed_nothing(
        self, desk: Desk, person: Person, order_id: UUID, postgres_admin_dsn: str
    ) -> None:
        terminate = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'LISTEN ordering_timeline'"
        )
        async with following(person, order_id) as stream:
            await stream.until("order_accepted")
            async with await psycopg.AsyncConnection.connect(postgres_admin_dsn) as admin:
                ended = await admin.execute(terminate)
                assert ended.rowcount > 0
            await desk.note(order_id)
            assert (await stream.next()).id == 5

    async def test_with_all_of_postgres_missed_nothing(
        self,
        servers: Servers,
        settings: Settings,
        desk: Desk,
        person: Person,
        order_id: UUID,
    ) -> None:
        async with wire(servers.site.settings.postgres_port) as line:
            dsn = make_url(settings.databases.ordering_dsn.get_secret_value()).set(port=line.port)
            far = SecretStr(dsn.render_as_string(hide_password=False))
            databases = settings.databases.model_copy(update={"ordering_dsn": far})
            app = create_app(replace(settings, databases=databases))
            async with (
                served(app) as http,
                following(replace(person, http=http), order_id) as stream,
            ):
                await stream.until("order_accepted")
                line.cut()
                await desk.note(order_id)
                line.mend()
                assert (await stream.next()).id == 5


class TestAClientThatReadsNothing:
    async def test_is_let_go(
        self,
        settings: Settings,
        person: Person,
        order_id: UUID,
        postgres_admin_dsn: str,
    ) -> None:
        async with await psycopg.AsyncConnection.connect(postgres_admin_dsn) as admin:
            await admin.execute(
                "INSERT INTO ordering.timeline (order_id, sequence, key, event, actor)"
                " SELECT %s, n, n, 'note_added', 'system' FROM generate_series(5, 5000) AS n",
                [order_id],
            )
        app = create_app(settings)
        async with served(app, prepare=_impatient) as http:
            await no_open_streams(http)
            with closing(socket.socket()) as asleep:
                asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                asleep.connect(("127.0.0.1", http.base_url.port))
                asleep.sendall(_request(person, order_id))
                await seen(partial(open_streams, http), lambda count: count == 1)
                await no_open_streams(http)


class TestAThousandStreams:
    async def test_hold_no_connection_and_hear_at_once(
        self,
        settings: Settings,
        tmp_path: Path,
        people: People,
        desk: Desk,
        postgres_admin_dsn: str,
    ) -> None:
        readers = [await people.join(Role.SUPPORT) for _ in range(ACCOUNTS)]
        order_ids = [await desk.order() for _ in range(ORDERS)]
        environment = {"API_REQUESTS_PER_ADDRESS": "100000/second", "PGAPPNAME": "crowded"}
        with _many_files():
            async with api_process(settings, tmp_path, **environment) as api:
                crowd = Crowd(api.port)
                await asyncio.gather(*(crowd.join(each, order_ids) for each in readers))
                assert await crowd.open_streams(api.url) == ACCOUNTS * ORDERS
                assert 0 < await _connections(postgres_admin_dsn, of="crowded") <= CONNECTIONS
                began = time.monotonic()
                await desk.note(order_ids[0])
                await crowd.hear(order_ids[0])
                assert time.monotonic() - began < 20
                crowd.leave()


class Crowd:
    """Many clients of one process, each no more than a socket."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: list[tuple[UUID, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def join(self, person: Person, order_ids: list[UUID]) -> None:
        for order_id in order_ids:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write(_request(person, order_id))
            assert b" 200 " in await reader.readline()
            await reader.readuntil(b"event: order_accepted\n")
            self._streams.append((order_id, reader, writer))

    async def open_streams(self, url: str) -> float:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            return await open_streams(client)

    async def hear(self, order_id: UUID) -> None:
        """Everybody who follows the order, of its note."""
        readers = [reader for id_, reader, _ in self._streams if id_ == order_id]
        await asyncio.gather(*(reader.readuntil(b"event: note_added\n") for reader in readers))

    def leave(self) -> None:
        for _, _, writer in self._streams:
            writer.transport.abort()


def _request(person: Person, order_id: UUID) -> bytes:
    lines = (
        f"GET /api/v1/orders/{order_id}/events HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {person.token}",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def _impatient(listener: socket.socket) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    limit_unread(listener, 6_000)


@contextmanager
def _many_files() -> Iterator[None]:
    """A socket is a file; each client has one here and one there."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4 * ACCOUNTS * ORDERS), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _connections(admin_dsn: str, *, of: str) -> int:
    """Of one process, by the name that it tells Postgres."""
    counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    async with await psycopg.AsyncConnection.connect(admin_dsn) as admin:
        cursor = await admin.execute(counted, [of])
        [count] = await cursor.fetchone() or [0]
    return count

"""What the API answers while a part of it is away."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
from pydantic import SecretStr
from sqlalchemy import make_url
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from temporalio.testing import WorkflowEnvironment

from adapters.settings import RedisSettings, TemporalSettings
from api.app import create_app
from api.middleware import TimeLimit
from api.services import Settings
from domain.throttling import GUESSING
from infra.stack.ports import free_port
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import ADDRESS, Person, Visitor, money, refused, register
from tests.support.serving import serving
from tests.support.temporal import real_time
from tests.support.wires import wire


@asynccontextmanager
async def _api(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    with ExitStack() as stack:
        # In a thread, because what it connects to may live on this loop.
        url = await asyncio.to_thread(stack.enter_context, serving(create_app(settings)))
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield client


def _at(server: WorkflowEnvironment) -> TemporalSettings:
    return TemporalSettings(address=server.client.service_client.config.target_host)


def _is_unavailable(answer: httpx.Response) -> None:
    refused(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


def _is_down(part: str) -> Callable[[httpx.Response], bool]:
    """And nothing else: on a slow machine another part may take too long for one look."""

    def is_so(ready: httpx.Response) -> bool:
        states = ready.json().get("parts", {})
        return [name for name, state in states.items() if state == "down"] == [part]

    return is_so


def _counts_as_degraded(metrics: httpx.Response) -> bool:
    figures = metrics.text.splitlines()
    return {"health_ready 1.0", 'health_part_up{part="redis"} 0.0'} <= set(figures)


class TestWithoutTemporal:
    async def test_takes_no_order_but_shows_those_that_are_there(
        self, settings: Settings, people: People
    ) -> None:
        diner = await open_diner(people)
        async with AsyncExitStack() as server:
            temporal = _at(await server.enter_async_context(real_time()))
            async with _api(replace(settings, temporal=temporal)) as http:
                here = replace(diner, customer=replace(diner.customer, http=http))
                await server.aclose()
                _is_unavailable(await here.place())
                assert (await here.customer.get("/orders")).status_code == 200
                ready = await seen(lambda: http.get("/health/ready"), _is_down("temporal"))
        assert ready.status_code == 503
        assert ready.json()["status"] == "down"


class TestWithoutWorkers:
    """Placing and reading an order need the engine alone."""

    async def test_acknowledges_and_shows_orders_and_takes_no_action(
        self, settings: Settings, people: People
    ) -> None:
        diner = await open_diner(people)
        async with (
            real_time() as server,
            _api(replace(settings, temporal=_at(server))) as http,
        ):
            here = replace(
                diner,
                customer=replace(diner.customer, http=http),
                staff=replace(diner.staff, http=http),
            )
            first, second = await here.place(key="k"), await here.place(key="k")
            assert (first.status_code, second.text) == (202, first.text)
            other = await here.place(here.order(tip=money(1)), key="k")
            refused(other, 422, "idempotency_key_reused")
            await _is_shown(here, first.json()["id"])
            path = f"/orders/{first.json()['id']}"
            _is_unavailable(await here.staff.post(f"{path}/accept"))
            _is_unavailable(await here.customer.post(f"{path}/payment/return"))
            await here.staff.post(f"/restaurants/{here.restaurant_id}/pause")
            assert (await here.place(key="k")).text == first.text


class TestWithoutRedis:
    async def test_serves_everybody_and_says_what_is_missing(
        self, settings: Settings, person: Person
    ) -> None:
        redis = RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0")
        async with _api(replace(settings, redis=redis)) as http:
            newcomer = await register(http)
            assert (await newcomer.get("/me")).status_code == 200
            assert (await replace(person, http=http).get("/me")).status_code == 200
            assert (await Visitor(http).get("/restaurants")).status_code == 200
            ready = await seen(lambda: http.get("/health/ready"), _is_down("redis"))
            await seen(lambda: http.get("/metrics"), _counts_as_degraded)
        assert ready.status_code == 200
        assert ready.json()["status"] == "degraded"

    async def test_still_counts_wrong_passwords(self, settings: Settings) -> None:
        redis = RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0")
        wrong = {"email": f"{uuid4().hex}@example.com", "password": "not the password"}
        async with _api(replace(settings, redis=redis)) as http:
            for _ in range(GUESSING.free + 1):
                refused(await Visitor(http).post("/auth/login", wrong), 401, "invalid_credentials")
            refused(await Visitor(http).post("/auth/login", wrong), 429, "too_many_requests")


class TestWithoutPostgres:
    async def test_is_unavailable_for_what_is_kept_there(
        self, settings: Settings, person: Person
    ) -> None:
        nowhere = SecretStr(f"postgresql://identity:secret@127.0.0.1:{free_port()}/nowhere")
        databases = settings.databases.model_copy(update={"identity_dsn": nowhere})
        async with _api(replace(settings, databases=databases)) as http:
            _is_unavailable(await replace(person, http=http).get("/me"))
            assert (await Visitor(http).get("/restaurants")).status_code == 200
            # Nothing is looked up before the answer, so its time tells nothing.
            asked = await Visitor(http).post("/auth/password-reset", {"email": person.email})
            assert asked.status_code == 202
            live = await http.get("/health/live")
            ready = await http.get("/health/ready")
        assert live.status_code == 200
        assert ready.json()["parts"]["postgres/identity"] == "down"

    async def test_names_the_database_that_hangs(self, settings: Settings) -> None:
        """Its driver, told to give up, tries for ten seconds more to tell the server so."""
        there = make_url(settings.databases.identity_dsn.get_secret_value())
        assert there.port is not None
        async with wire(there.port) as line:
            dsn = SecretStr(there.set(port=line.port).render_as_string(hide_password=False))
            databases = settings.databases.model_copy(update={"identity_dsn": dsn})
            async with _api(replace(settings, databases=databases)) as http:
                await seen(lambda: http.get("/health/ready"), lambda ready: ready.is_success)
                line.hold()
                ready = await http.get("/health/ready")
                line.cut()
        assert ready.json().get("parts", {}).get("postgres/identity") == "down", ready.text


class TestTimeLimit:
    async def test_answers_in_time_also_when_a_server_hangs(
        self, settings: Settings, person: Person
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            dsn = SecretStr(f"postgresql://identity:secret@127.0.0.1:{port}/silent")
            databases = settings.databases.model_copy(update={"identity_dsn": dsn})
            api = settings.api.model_copy(update={"timeout": timedelta(seconds=1)})
            hurried = replace(settings, databases=databases, api=api)
            async with _api(hurried) as http:
                _is_unavailable(await replace(person, http=http).get("/me"))

    async def test_lets_an_answer_pass_that_comes_of_being_cancelled(self) -> None:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await PlainTextResponse("late, and good")(scope, receive, send)

        transport = httpx.ASGITransport(TimeLimit(app, seconds=0.05))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            answer = await client.get("/")
        assert (answer.status_code, answer.text) == (200, "late, and good")


async def _is_shown(diner: Diner, order_id: str) -> None:
    """From what its workflow started with: no row was written."""
    path = f"/orders/{order_id}"
    order = (await diner.customer.get(path)).json()
    assert (order["status"], order["version"]) == ("placed", 0)
    assert order["payment"]["status"] == "pending"
    assert order["delivery"]["address"]["line1"] == ADDRESS["line1"]
    payment = (await diner.customer.get(f"{path}/payment")).json()
    assert payment == {**order["payment"], "client_secret": None}
    assert (await diner.customer.get(f"{path}/timeline")).json() == {"items": []}

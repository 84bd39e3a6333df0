"""Support's front door, for real: Caddy with our Caddyfile before the API and a Temporal UI."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request

from domain.accounts import Role
from infra.stack.install import find_caddy
from infra.stack.ports import free_port
from tests.support.cookies import enter
from tests.support.front_door import CADDYFILE, Door, opened
from tests.support.people import People
from tests.support.polling import eventually
from tests.support.servers import Servers
from tests.support.serving import serving

PAGE = {"Accept": "text/html"}
REACHED = "the UI was reached"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
OF_WORKFLOWS = "/temporal/api/v1/namespaces/default/"
WRITES = [
    "workflows/order-1/terminate",
    "workflows/order-1/cancel",
    "workflows/order-1/signal/payment_changed",
    "workflows/order-1/update/cancel",
    "workflows/order-1",
    "batch-operations/1",
]
# The UI's own server takes these for queries (docs/soak/read-only-ui.md).
POSTS_THAT_LOOK_LIKE_QUERIES = [
    "workflows/order-1/signal/a%2Fquery%2Fb",
    "workflows/a%2Fquery%2Fb",
    "workflows/a%2fquery%2fb",
    "batch-operations/a%2Fworkflows%2Fb%2Fquery%2Fc",
    "batch-operations/a/workflows/b/query/c",
    "workflows/a%2Fb/query/c",
    "workflows/a/query/b%2Fc",
    "workflows/a/query/b/terminate",
    "workflows/../../workflows/a/query/b/../terminate",
]


def a_ui() -> FastAPI:
    """Tells what reaches it."""
    ui = FastAPI()

    @ui.api_route("/{path:path}", methods=METHODS)
    async def tell(request: Request) -> dict[str, Any]:
        return {REACHED: request.url.path, "headers": dict(request.headers)}

    return ui


@pytest.fixture(scope="module")
def door(servers: Servers, url: str) -> Iterator[Door]:
    with ExitStack() as stack:
        ui = stack.enter_context(serving(a_ui(), by=uvicorn.Server))
        yield stack.enter_context(opened(servers, "front-door", free_port(), api=url, ui=ui))


@pytest.fixture
async def visitor_at(door: Door) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=door.url, timeout=30) as browser:
        yield browser


class TestTheFrontDoor:
    def test_is_a_caddyfile_as_caddy_writes_it(self) -> None:
        command = [str(find_caddy()), "fmt", str(CADDYFILE)]
        assert subprocess.check_output(command, text=True) == CADDYFILE.read_text()

    async def test_lets_support_in_and_keeps_their_login_to_itself(
        self, visitor_at: httpx.AsyncClient, people: People
    ) -> None:
        support = await people.join(Role.SUPPORT)
        enter(visitor_at, support)
        visitor_at.cookies.set("_csrf", "theirs", domain="127.0.0.1")
        login = {"Authorization": f"Bearer {support.token}"}
        answer = await visitor_at.get("/temporal/api/v1/settings", headers=login)
        assert answer.json()[REACHED] == "/temporal/api/v1/settings"
        headers = answer.json()["headers"]
        assert "authorization" not in headers
        assert {*headers["cookie"].split("; ")} == {"login=ours", "_csrf=theirs"}

    async def test_leads_who_is_not_signed_in_to_the_login_and_back(
        self, visitor_at: httpx.AsyncClient
    ) -> None:
        wanted = "/temporal/namespaces/default/workflows?query=a%20b&savedQuery=c"
        answer = await visitor_at.get(wanted, headers=PAGE)
        assert answer.status_code == 303
        asked = urlsplit(answer.headers["location"])
        assert (asked.path, parse_qs(asked.query)) == ("/login", {"next": [wanted]})
        form = await visitor_at.get(answer.headers["location"], headers=PAGE)
        assert form.status_code == 200
        assert 'action="/session"' in form.text

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.RESTAURANT, Role.COURIER, Role.ADMIN])
    async def test_is_closed_to_everybody_else(
        self, visitor_at: httpx.AsyncClient, people: People, role: Role
    ) -> None:
        enter(visitor_at, await people.join(role))
        for path in ("/temporal", "/temporal/", "/temporal/api/v1/settings"):
            assert (await visitor_at.get(path)).status_code == 403

    @pytest.mark.parametrize(
        "target",
        [
            "/temporal",
            "/temporal/",
            "/temporal/api/v1/settings",
            "//temporal/api/v1/settings",
            "/Temporal/api/v1/settings",
            "/%74emporal/api/v1/settings",
            "/temporal%2Fapi/v1/settings",
            "/static/../temporal/api/v1/settings",
            "/static/%2e%2e/temporal/api/v1/settings",
            "/temporal;/api/v1/settings",
            "/temporal\\api/v1/settings",
            "/support/session/../../temporal/",
        ],
    )
    async def test_has_no_side_entrance(self, visitor_at: httpx.AsyncClient, target: str) -> None:
        claims = {
            "X-Forwarded-Uri": "/health/live",
            "X-Forwarded-Method": "OPTIONS",
            "X-Original-URL": "/temporal/api/v1/settings",
            "Authorization": "Bearer of-nobody",
        }
        for method in METHODS:
            answer = await visitor_at.request(
                method, "/", headers=claims, extensions={"target": target.encode()}
            )
            assert answer.status_code in {303, 400, 401, 403, 404, 405}, (method, answer.text)
            assert REACHED not in answer.text

    @pytest.mark.parametrize("target", [*WRITES, *POSTS_THAT_LOOK_LIKE_QUERIES])
    async def test_lets_nobody_write(
        self, visitor_at: httpx.AsyncClient, people: People, target: str
    ) -> None:
        enter(visitor_at, await people.join(Role.SUPPORT))
        raw = {"target": f"{OF_WORKFLOWS}{target}".encode()}
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            answer = await visitor_at.request(method, "/", extensions=raw)
            assert (answer.status_code, answer.text) == (405, "Support's Temporal UI is read-only.")

    @pytest.mark.parametrize(
        "target",
        [
            "workflows/order-1/query/__stack_trace",
            "workflows/sweep-2026-11-24T10%3A00%3A00Z/query/__temporal_workflow_metadata?a=b",
        ],
    )
    async def test_lets_support_ask(
        self, visitor_at: httpx.AsyncClient, people: People, target: str
    ) -> None:
        enter(visitor_at, await people.join(Role.SUPPORT))
        answer = await visitor_at.request(
            "POST", "/", extensions={"target": f"{OF_WORKFLOWS}{target}".encode()}
        )
        assert REACHED in answer.text

    async def test_logs_no_word_that_was_asked_or_sent(
        self, door: Door, visitor_at: httpx.AsyncClient, people: People
    ) -> None:
        support = await people.join(Role.SUPPORT)
        enter(visitor_at, support)
        await visitor_at.get("/temporal/render", params={"content": "Sara at Togo Street 7"})
        await visitor_at.get("/support", params={"q": "sara@example.com"})
        await eventually(lambda: all(map(door.logged, ("/temporal/render", "/support"))))
        log = door.log.read_text().lower()
        told = ("sara", "togo", "example.com", "cookie", str(support.token).lower())
        assert [word for word in told if word in log] == []

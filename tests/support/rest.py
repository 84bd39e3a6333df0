"""Clients of the API under test: somebody without a token, and people who are logged in."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.support.polling import seen

PASSWORD = "injera-with-shiro-wot"

ADDRESS = {"line1": "Bole Road 12", "city": "Addis Ababa", "lat": 9.005, "lon": 38.765}


_WEATHER = {429, 503}


def coming_from(address: str) -> dict[str, str]:
    """As a proxy in front of the API tells it."""
    return {"X-Forwarded-For": address}


def somewhere() -> dict[str, str]:
    """An address of one's own: what others of this machine guess does not count."""
    return coming_from(f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1")


@dataclass(frozen=True)
class Visitor:
    """Speaks to `/api/v1` as whoever the token names."""

    http: httpx.AsyncClient
    token: str | None = None

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if (body := options.pop("body", None)) is not None:
            # Not httpx's own: a client may also send what that refuses, like half a character.
            headers["Content-Type"] = "application/json"
            options["content"] = json.dumps(body)
        return await self.http.request(method, f"/api/v1{path}", headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.send("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.send("POST", path, body=body, **options)

    async def patch(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return await self.send("PATCH", path, body=body, **options)

    async def put(self, path: str, body: Any, **options: Any) -> httpx.Response:
        return await self.send("PUT", path, body=body, **options)

    async def delete(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        return await self.send("DELETE", path, body=body, **options)


@dataclass(frozen=True)
class Person(Visitor):
    """With an account and a login."""

    id: str = ""
    email: str = ""
    refresh_token: str = ""


async def insist(
    ask: Callable[[], Awaitable[httpx.Response]], *, seconds: float = 30
) -> httpx.Response:
    """The first answer that is one."""

    async def look() -> httpx.Response | None:
        try:
            answer = await ask()
        except httpx.TransportError:
            return None
        return None if answer.status_code in _WEATHER else answer

    answer = await seen(look, lambda answer: answer is not None, seconds=seconds, pause=0.2)
    assert answer is not None
    return answer


async def register(http: httpx.AsyncClient, **given: Any) -> Person:
    """A new account, logged in."""
    visitor = Visitor(http)
    email = f"{uuid4().hex}@example.com"
    body = {"email": email, "password": PASSWORD, "name": "Abebe", **given}
    account = await insist(lambda: visitor.post("/auth/register", body))
    # Taken where only the answer of an earlier try was lost; then its password logs in.
    assert account.status_code in {201, 409}, account.text
    return await log_in(http, body["email"], body["password"])


async def log_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD) -> Person:
    visitor = Visitor(http)
    login = {"email": email, "password": password}
    answer = await insist(lambda: visitor.post("/auth/login", login))
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    me = await insist(lambda: Visitor(http, tokens["access_token"]).get("/me"))
    return Person(
        http=http,
        token=tokens["access_token"],
        id=me.json()["id"],
        email=email,
        refresh_token=tokens["refresh_token"],
    )


def money(amount: int, currency: str = "USD") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Assert a problem of this status and code, and return it."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert {"type", "title", "detail"} <= problem.keys()
    if status == 422:
        assert all({"loc", "msg", "type"} == error.keys() for error in problem["errors"])
        assert problem["errors"]
    return problem

"""The API as its users see it: people who are logged in, and what they are answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

# Everybody's in the demo, whose stack listens on loopback only.
PASSWORD = "injera-with-shiro-wot"  # noqa: S105 It is printed for the person to play with.


class Refused(Exception):
    """The API said no; the message is its reason in plain words, `code` the stable one."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, for as long as the access token lives (ten minutes)."""

    http: httpx.AsyncClient
    name: str
    email: str
    token: str

    async def get(self, path: str, **query: Any) -> Any:
        return await self._send("GET", path, params=query)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """`key` is the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send("POST", path, json=body, headers=headers)

    async def put(self, path: str, body: Any) -> Any:
        return await self._send("PUT", path, json=body)

    async def patch(self, path: str, body: Any) -> Any:
        return await self._send("PATCH", path, json=body)

    async def every(self, path: str, **query: Any) -> AsyncIterator[Any]:
        """The items of all pages of a list."""
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(path, **query, **cursor, limit=100)
            for item in page["items"]:
                yield item
            if page["next_cursor"] is None:
                return
            cursor = {"cursor": page["next_cursor"]}

    async def _send(self, method: str, path: str, **options: Any) -> Any:
        headers = {**options.pop("headers", {}), "Authorization": f"Bearer {self.token}"}
        return await _send(self.http, method, path, headers=headers, **options)


async def sign_in(http: httpx.AsyncClient, *, name: str, email: str) -> Person:
    """Registers whoever has no account yet. Raises Refused."""
    try:
        account = {"name": name, "email": email, "password": PASSWORD}
        await _send(http, "POST", "/auth/register", json=account)
    except Refused as refusal:
        if refusal.code != "email_taken":
            raise
    credentials = {"email": email, "password": PASSWORD}
    tokens = await _send(http, "POST", "/auth/login", json=credentials)
    return Person(http, name, email, tokens["access_token"])


async def _send(http: httpx.AsyncClient, method: str, path: str, **options: Any) -> Any:
    answer = await http.request(method, f"/api/v1{path}", **options)
    if answer.is_success:
        return answer.json() if answer.content else None
    problem = answer.json()
    raise Refused(answer.status_code, problem["code"], problem["detail"])

"""What went wrong, as a page, for who looks at pages."""

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web import temporal
from api.web.rendering import page

_PROBLEM = "application/problem+json"
# Of the answer that is replaced; all others are kept.
_OF_THE_BODY = ("content-length", "content-type", "content-security-policy", "referrer-policy")


class ErrorPages:
    """Around everything: a problem+json for a browser that wanted a page becomes one.

    Programs get what they always got, and so do the pages' own scripts, which don't ask for HTML.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _wants_a_page(scope):
            send = _Translation(scope, receive, send).send
        await self._app(scope, receive, send)


def _wants_a_page(scope: Scope) -> bool:
    is_api = scope["path"].startswith("/api/")
    return not is_api and "text/html" in Headers(scope=scope).get("accept", "")


class _Translation:
    """Passes an answer on, unless it is a problem: then its body is read, and a page is sent."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._request = Request(scope, receive)
        self._receive = receive
        self._send = send
        self._problem_start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(scope=message).get("content-type") == _PROBLEM:
                self._problem_start = message
                return
        elif self._problem_start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(self._problem_start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        response = _page_of(self._request, json.loads(self._body))
        kept = MutableHeaders(raw=list(start["headers"]))
        for name in _OF_THE_BODY:
            del kept[name]
        response.raw_headers.extend(kept.raw)
        await response(self._request.scope, self._receive, self._send)


def _page_of(request: Request, problem: dict[str, Any]) -> Response:
    status = problem["status"]
    if status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        asked = quote(_asked(request), safe="/")
        return RedirectResponse(f"/login?next={asked}", HTTPStatus.SEE_OTHER)
    return page(request, "error.html", caller=None, status=status, facts={"problem": problem})


def _asked(request: Request) -> str:
    """Where to come back to: what the proxy was asked for, where it asks whom to let in."""
    if request.scope["path"] == temporal.SESSION:
        return request.headers.get("x-forwarded-uri", "/")
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}".rstrip("?")

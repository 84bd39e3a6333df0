"""Around every request: its id, its log line, its measurements, and what no answer may lack."""

import asyncio
import re
import time
from uuid import uuid4

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.telemetry import correlated
from api.errors import body_too_large, internal_error, unavailable

_BODY_LIMIT = 64 * 1024
_SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECONDS = Histogram(
    "http_request_duration_seconds",
    "From the first byte of the request to the last of the answer.",
    ["method", "route", "status"],
)
# A client may make up methods, and every one would be kept as a figure of its own for ever.
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# An answer without a body is of no type, whatever the route would else have answered.
_NOTHING_TO_READ = 204
# Only where the client came by https: http://localhost would not be reachable for a year.
_HTTPS_ONLY = "max-age=31536000"
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
# The page that shows the API begins with a script of its own, and draws with data.
_DOCS = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)

_log = structlog.get_logger(__name__)


class RequestContext:
    """Outermost, so that also what breaks further in has an id, a line and a problem+json."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(scope, send, request_id=request_id)
        with correlated(request_id):
            try:
                await self._app(scope, receive, answer.send)
            except Exception:
                _log.exception("request.failed")
                # Too late for an answer of ours where one has begun: the connection then breaks.
                if answer.status:
                    raise
                await internal_error(request_id)(scope, receive, answer.send)
            finally:
                answer.account_for()


class _Answer:
    """Passes an answer on, completes its headers and remembers its status."""

    def __init__(self, scope: Scope, send: Send, *, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._began = time.perf_counter()
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            if self.status == _NOTHING_TO_READ:
                del headers["Content-Type"]
            for name, value in _SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            if self._scope["scheme"] == "https":
                headers["Strict-Transport-Security"] = _HTTPS_ONLY
            policy = _DOCS if self._scope["path"] == "/docs" else _NO_PAGE
            headers.setdefault("Content-Security-Policy", policy)
        await self._send(message)

    def account_for(self) -> None:
        """Ids and figures only: a query string or a header may hold what logs must not."""
        seconds = time.perf_counter() - self._began
        method = self._scope["method"]
        counted = method if method in _METHODS else "other"
        _SECONDS.labels(counted, _route(self._scope), self.status).observe(seconds)
        _log.info(
            "request.answered",
            method=method,
            path=self._scope["path"],
            status=self.status,
            milliseconds=round(seconds * 1000, 1),
        )


def _request_id(headers: Headers) -> str:
    theirs = headers.get("x-request-id", "")
    return theirs if _SANE_REQUEST_ID.fullmatch(theirs) else uuid4().hex


def _route(scope: Scope) -> str:
    """The path with the names of its parameters, so that a figure is of a route, not of an id."""
    if "route" not in scope:
        return "unknown"
    path: str = scope["path"]
    for name, value in scope["path_params"].items():
        path = path.replace(str(value), f"{{{name}}}", 1)
    return path


class TimeLimit:
    """Gives up on a request that no answer has begun to; a stream, once begun, may go on."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as deadline:

                async def send_in_time(message: Message) -> None:
                    # Temporal's client turns being cancelled into an error of its own, and the
                    # route then has an answer in the very moment in which its time is up: good.
                    if not deadline.expired():
                        deadline.reschedule(None)
                    await send(message)

                await self._app(scope, receive, send_in_time)
        except TimeoutError:
            if not deadline.expired():
                raise
            await unavailable(scope["state"]["request_id"])(scope, receive, send)


class BodyLimit:
    """Reads the body before the application does, so that none is too large for its memory."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _read(scope, receive)
        if body is None:
            await body_too_large(scope["state"]["request_id"])(scope, receive, send)
            return
        messages: list[Message] = [{"type": "http.request", "body": body}]

        async def replay() -> Message:
            return messages.pop() if messages else await receive()

        await self._app(scope, replay, send)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The body, or None where it is too large: by its length if declared, else by its bytes."""
    declared = Headers(scope=scope).get("content-length", "")
    if declared.isdecimal() and int(declared) > _BODY_LIMIT:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _BODY_LIMIT:
            return None
    return bytes(body)

"""Which pages of other sites may call us (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_SENT = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
    "X-Request-Id",
]
# Of the Temporal UI: `Authorization-Extras` where it has a login of its own.
_SENT_BY_UI = ["Authorization", "Authorization-Extras", "Content-Type", "X-Namespace"]
_READ = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"]


def allow_origins(app: FastAPI, origins: str) -> None:
    """`origins`: separated by commas; of none, nobody's browser is told anything.

    Their pages send tokens of their own: cookies are for our own pages.
    """
    named = [origin.strip() for origin in origins.split(",") if origin.strip()]
    if named:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=named,
            allow_methods=_METHODS,
            allow_headers=_SENT,
            expose_headers=_READ,
        )


class SharedWithUI:
    """One path that the Temporal UI's pages may call, where they have another origin than ours.

    They may also use the browser's login there (see `browser.refuse_other_sites`), which browsers
    send along only where both are of one site.
    """

    def __init__(self, app: ASGIApp, *, path: str, ui_url: str) -> None:
        self._app = app
        self._path = path
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(ui_url))
        self._shared = CORSMiddleware(
            app,
            allow_origins=[self._origin],
            allow_methods=["POST"],
            allow_headers=_SENT_BY_UI,
            allow_credentials=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == self._path:
            scope.setdefault("state", {})["sister_origin"] = self._origin
            await self._shared(scope, receive, send)
        else:
            await self._app(scope, receive, send)

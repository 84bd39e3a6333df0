"""Which pages of other sites may call us (https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

_METHODS = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_SENT = [
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "Last-Event-ID",
    "X-Request-Id",
]
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

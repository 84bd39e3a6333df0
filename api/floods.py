"""How many requests an address may send, and what every answer says of it.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
"""

from limits import RateLimitItem, parse
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.outages import AWAY
from adapters.redis.rate_limits import Window
from api.errors import too_many_requests
from api.limits import place_of_client
from api.services import Services

# For who watches us or checks our tokens, and for what browsers keep.
_FREE = ("/.well-known/", "/health/", "/metrics", "/static/")


class FloodLimit:
    """Around the API and the pages, so that also what is refused for its form or its path counts.

    Without Redis nobody is counted: better open than closed.
    """

    def __init__(self, app: ASGIApp, *, limit: str) -> None:
        self._app = app
        self._limit = parse(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_FREE):
            await self._app(scope, receive, send)
            return
        window = await self._count(scope)

        async def send_with_limits(message: Message) -> None:
            if window and message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_headers(self._limit, window))
            await send(message)

        if window and window.is_exceeded:
            refusal = too_many_requests(scope["state"]["request_id"], seconds=window.ends_in)
            await refusal(scope, receive, send_with_limits)
            return
        await self._app(scope, receive, send_with_limits)

    async def _count(self, scope: Scope) -> Window | None:
        services: Services = scope["state"]["services"]
        place = place_of_client(HTTPConnection(scope))
        try:
            return await services.limits.count(self._limit, "floods", place)
        except AWAY:
            return None


def _headers(limit: RateLimitItem, window: Window) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"address";q={limit.amount};w={limit.get_expiry()}',
        "RateLimit": f'"address";r={window.left};t={window.ends_in}',
    }

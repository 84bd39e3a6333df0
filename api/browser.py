"""A browser's login: its tokens in cookies that no script can read, and whose use is checked.

The cookies are of this host alone (`__Host-`), sent over https only and never from another
site's page. A browser on the machine itself may use plain http, where such cookies don't exist.
"""

import re
from enum import StrEnum

from fastapi import Request, Response

from domain.errors import Forbidden

_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
# They change nothing (RFC 9110, section 9.2.1), and no other site may read what they answer.
_SAFE = {"GET", "HEAD", "OPTIONS"}


class TokenCookie(StrEnum):
    ACCESS = "ha-soranu-access"
    REFRESH = "ha-soranu-refresh"

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self._name(request))

    def write(self, request: Request, response: Response, value: str, *, seconds: int) -> None:
        """The browser forgets it after `seconds`; 0 is now."""
        response.set_cookie(
            self._name(request),
            value,
            max_age=seconds,
            path="/",
            secure=_is_secure(request),
            httponly=True,
            samesite="strict",
        )

    def _name(self, request: Request) -> str:
        return f"__Host-{self}" if _is_secure(request) else str(self)


def refuse_other_sites(request: Request) -> None:
    """Raises `Forbidden` for what another site's page asks in this browser's name.

    `Sec-Fetch-Site` is the browser's own word; one too old for it names the page's origin. A path
    that is shared with the Temporal UI takes its pages for ours (`cors.SharedWithUI`).
    """
    sister = getattr(request.state, "sister_origin", None)
    if request.method in _SAFE or (sister and request.headers.get("origin") == sister):
        return
    site = request.headers.get("sec-fetch-site")
    host = request.headers.get("host")
    is_our_page = request.headers.get("origin") in {f"https://{host}", f"http://{host}"}
    if site != "same-origin" and (site or not is_our_page):
        message = "A login of this browser's is used by this site's own pages only."
        raise Forbidden(message)


def _is_secure(request: Request) -> bool:
    """Behind a proxy that ends TLS the scheme says nothing: only the machine itself is plain."""
    host = request.headers.get("host", "")
    return request.scope["scheme"] == "https" or not _LOOPBACK.fullmatch(host)

"""Pages from templates: escaped, and allowed to load only what this server sends."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.browser import TokenCookie
from api.money import Money
from api.web.static import STATIC_PATH
from domain.accounts import Account
from domain.money import EXPONENTS

# No script, style, image or connection from elsewhere, none inline, and no other site around it.
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
# With no referrer at all, browsers would not say either from which site a form was sent.
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "same-origin"}


def _money(money: Money) -> str:
    """`41.20 EUR`, `500 JPY`, `1.250 KWD`."""
    return str(money.value())


def _words(code: str) -> str:
    return code.replace("_", " ")


def _duration(time: timedelta) -> str:
    """`under a minute`, `12 min`, `2 h 5 min`, `3 days`."""
    minutes = int(time.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours >= 48:  # noqa: PLR2004 -- From then on hours say little.
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if hours else f"{rest} min" if rest else "under a minute"


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(money=_money, words=_words, rfc3339=_rfc3339, duration=_duration)
    environment.globals.update(static=STATIC_PATH, exponents=EXPONENTS)
    return environment


_ENVIRONMENT = _environment()


def page(
    request: Request,
    template: str,
    *,
    caller: Account | None,
    status: int = 200,
    facts: Mapping[str, Any] | None = None,
) -> HTMLResponse:
    """`facts` are what the template names."""
    is_known = TokenCookie.ACCESS.read(request) is not None
    always = {
        "caller": caller,
        "is_known": is_known,
        # Who has only a refresh token left is logged in again by the page's script.
        "is_resumable": not is_known and TokenCookie.REFRESH.read(request) is not None,
        "path": request.scope["path"],
    }
    html = _ENVIRONMENT.get_template(template).render({**always, **(facts or {})})
    return HTMLResponse(html, status, _HEADERS)

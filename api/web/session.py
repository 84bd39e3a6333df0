"""Logging in and out from pages: the tokens go into cookies, and never through a script."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

from api import auth
from api.auth import Login, Refresh, Registration, Tokens
from api.browser import TokenCookie, refuse_other_sites
from api.dependencies import Caller, Using
from api.errors import status_of
from api.limits import slow_down_guessing
from api.services import Services
from api.web.rendering import page
from domain.errors import DomainError, InvalidCredentials, RefreshTokenReused, Unauthenticated

router = APIRouter(dependencies=[Depends(refuse_other_sites)])

# The server ends a login sooner, where it has to: this is when the browser forgets it.
_KEPT = timedelta(days=30)
# Browsers read a backslash as a slash, and nothing where there is a tab: two of them name a host.
_LOCAL = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")

Refusal = DomainError | HTTPException | ValidationError
_REFUSALS = (DomainError, HTTPException, ValidationError)


class Entry(BaseModel):
    """Of a form, which sends nothing for a field that it lacks; judged where the API judges it."""

    email: str = ""
    password: str = ""
    next: str = "/"


class NewEntry(Entry):
    name: str = ""


def local(path: str) -> str:
    """Where to go on. Anything but a path of this site is the front page."""
    return path if _LOCAL.fullmatch(path) else "/"


@router.get("/login")
async def show_login(request: Request, next: str = "/") -> Response:
    return page(request, "login.html", caller=None, facts={"next": local(next), "error": None})


@router.get("/register")
async def show_registration(request: Request, next: str = "/") -> Response:
    return page(request, "register.html", caller=None, facts={"next": local(next), "error": None})


@router.get("/reset")
async def show_reset(request: Request) -> Response:
    """To ask for a mail; and from that mail, whose token only the page's script sees."""
    # Resuming a login would load the page again, without the token.
    return page(request, "reset.html", caller=None, facts={"is_resumable": False})


@router.post("/session", dependencies=[Depends(slow_down_guessing)])
async def log_in(request: Request, services: Using, form: Annotated[Entry, Form()]) -> Response:
    try:
        tokens = await _tokens(request, services, form)
    except _REFUSALS as refusal:
        return _again(request, "login.html", refusal, going_to=form.next)
    return _entered(request, tokens, going_to=form.next)


@router.post("/session/registration", dependencies=[Depends(slow_down_guessing)])
async def register(
    request: Request, services: Using, form: Annotated[NewEntry, Form()]
) -> Response:
    """A new account, logged in."""
    try:
        person = Registration(email=form.email, password=form.password, name=form.name)
        await auth.register(person, services)
        tokens = await _tokens(request, services, form)
    except _REFUSALS as refusal:
        return _again(request, "register.html", refusal, going_to=form.next)
    return _entered(request, tokens, going_to=form.next)


@router.get("/session", status_code=HTTPStatus.NO_CONTENT)
async def look(_: Caller) -> None:
    """Whether the browser is logged in, without waking anything."""


@router.post("/session/refresh")
async def refresh(request: Request, services: Using, later: BackgroundTasks) -> Response:
    """Called by one tab at a time: two at once would look like a thief (see rest.js)."""
    token = TokenCookie.REFRESH.read(request)
    if token is None:
        message = "This browser is not logged in."
        raise Unauthenticated(message)
    # Until it is read, a request counts as connected, whether the browser is still there or not.
    await request.body()
    try:
        tokens = await auth.refresh(Refresh(refresh_token=token), request, services, later)
    # A cookie may hold anything, also what is too long for a token.
    except (Unauthenticated, ValidationError):
        response = Response(status_code=HTTPStatus.UNAUTHORIZED)
        _forget(request, response)
        return response
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    _keep(request, response, tokens)
    return response


@router.post("/session/end")
async def log_out(request: Request, services: Using) -> Response:
    """Works by the refresh token, so also for who has not been here for an hour."""
    if token := TokenCookie.REFRESH.read(request):
        now = datetime.now(UTC)
        with suppress(InvalidCredentials, RefreshTokenReused):
            login = await services.sessions.refresh(token, now=now)
            await services.sessions.end(
                login.account_id, login.session_id, token=login.refresh_token, now=now
            )
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    _forget(request, response)
    return response


async def _tokens(request: Request, services: Services, form: Entry) -> Tokens:
    login = Login(email=form.email, password=form.password)
    return await auth.log_in(login, request, services)


def _again(request: Request, template: str, refusal: Refusal, *, going_to: str) -> Response:
    """The form once more, with what was wrong."""
    match refusal:
        case DomainError():
            status, error = int(status_of(type(refusal))), str(refusal)
        case HTTPException():
            status, error = refusal.status_code, refusal.detail
        case ValidationError():
            wrong = refusal.errors(include_input=False, include_url=False)[0]
            status, error = 422, f"{wrong['loc'][0]}: {wrong['msg']}"
    facts = {"next": local(going_to), "error": error}
    response = page(request, template, caller=None, status=status, facts=facts)
    if isinstance(refusal, HTTPException):
        response.headers.update(refusal.headers or {})
    return response


def _entered(request: Request, tokens: Tokens, *, going_to: str) -> Response:
    response = RedirectResponse(local(going_to), HTTPStatus.SEE_OTHER)
    _keep(request, response, tokens)
    return response


def _keep(request: Request, response: Response, tokens: Tokens) -> None:
    access, idle = tokens.expires_in, int(_KEPT.total_seconds())
    TokenCookie.ACCESS.write(request, response, tokens.access_token, seconds=access)
    TokenCookie.REFRESH.write(request, response, tokens.refresh_token, seconds=idle)


def _forget(request: Request, response: Response) -> None:
    for cookie in TokenCookie:
        cookie.write(request, response, "", seconds=0)

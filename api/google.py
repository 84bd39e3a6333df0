"""Logging in with Google: an ID token (OpenID Connect) for tokens of ours."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, status
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from adapters.google import GoogleLogin, GooglePerson
from api.auth import Tokens, tokens_of
from api.dependencies import Caller, Using
from api.fields import Email, Model, Name
from api.guesses import try_password
from api.limits import slow_down_guessing
from api.openapi import refusals
from api.services import Services
from domain.accounts import Account, Role
from domain.errors import (
    EmailTaken,
    EmailUnverified,
    GoogleAccountTaken,
    GoogleLoginOff,
    InvalidCredentials,
)

router = APIRouter(tags=["accounts"])

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_NAME: TypeAdapter[str] = TypeAdapter(Name)
_NAME_LENGTH = 100


class NonceAnswer(BaseModel):
    """What Google's sign-in is told, and puts into the ID token. Good for ten minutes, once."""

    nonce: str


class GoogleToken(Model):
    id_token: str = Field(max_length=8192, examples=["eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.c2ln"])
    nonce: str = Field(max_length=128, examples=["Jm9uY2UgaXMgdXNlZCBvbmNl"])


class GoogleLink(GoogleToken):
    """`password`: the account's, where it has one."""

    password: str = Field(default="", max_length=128, examples=["injera-with-shiro-wot"])


def _google(services: Using) -> GoogleLogin:
    if services.google is None:
        message = "This installation offers no login with Google. Log in with a password."
        raise GoogleLoginOff(message)
    return services.google


Google = Annotated[GoogleLogin, Depends(_google)]


async def _person(body: GoogleToken, services: Services, google: GoogleLogin) -> GooglePerson:
    """Who the ID token names. The nonce is used with this, whatever then becomes of the request."""
    now = datetime.now(UTC)
    nonce = services.nonces.read(body.nonce, now=now)
    person = await google.read(body.id_token, nonce=body.nonce)
    await services.external_identities.use_nonce(nonce.value, expires_at=nonce.expires_at, now=now)
    return person


@router.get("/auth/google/nonce", responses=refusals(GoogleLoginOff))
async def make_google_nonce(services: Using, _: Google) -> NonceAnswer:
    """For one login: the page passes it on to Google, which puts it into its token."""
    return NonceAnswer(nonce=services.nonces.make(now=datetime.now(UTC)))


@router.post(
    "/auth/google",
    responses=refusals(InvalidCredentials, EmailTaken, EmailUnverified, GoogleLoginOff),
)
async def log_in_with_google(body: GoogleToken, services: Using, google: Google) -> Tokens:
    """The first time this makes an account without a password, for a verified e-mail address."""
    person = await _person(body, services, google)
    account_id = await services.external_identities.account_of(person.identity)
    if account_id is None:
        account_id = await services.external_identities.join(person.identity, _account(person))
    return tokens_of(services, await services.sessions.begin(account_id, now=datetime.now(UTC)))


@router.post(
    "/me/google",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(slow_down_guessing)],
    responses=refusals(InvalidCredentials, GoogleAccountTaken, GoogleLoginOff),
)
async def link_google(
    body: GoogleLink, request: Request, services: Using, caller: Caller, google: Google
) -> None:
    """Let Google open the caller's account too.

    It then stays open to that person, so it is asked for more than a login that may be stolen.
    """
    found = await services.accounts.credentials(caller.email)
    if found and found.password_hash:
        await try_password(request, services, email=caller.email, password=body.password)
    person = await _person(body, services, google)
    await services.external_identities.link(person.identity, caller.account_id)


def _account(person: GooglePerson) -> Account:
    try:
        email = _EMAIL.validate_python(person.email)
    except ValidationError as error:
        message = "Google does not know that your e-mail address is yours. Verify it there first."
        raise EmailUnverified(message) from error
    return Account(
        account_id=uuid4(),
        email=email,
        name=_name(person, email),
        phone=None,
        roles=[Role.CUSTOMER],
        restaurants=[],
        created_at=datetime.now(UTC),
    )


def _name(person: GooglePerson, email: str) -> str:
    """A name that we would have taken from the person, else what their mailbox is called."""
    try:
        return _NAME.validate_python(person.name[:_NAME_LENGTH])
    except ValidationError:
        return email.partition("@")[0]

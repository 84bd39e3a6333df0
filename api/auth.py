"""Registering, logging in, staying logged in, logging out."""

from datetime import UTC, datetime
from uuid import uuid4

from fastapi import APIRouter, BackgroundTasks, Depends, Request, status
from pydantic import BaseModel, Field

from adapters.postgres.identity.sessions import Session
from adapters.tokens import LIFETIME, Bearer
from api.accounts import AccountAnswer
from api.afterwards import afterwards
from api.dependencies import Caller, Token, Using
from api.fields import Email, Model, Name, Password, Phone
from api.guesses import try_password
from api.limits import slow_down_guessing
from api.openapi import refusals
from api.services import Services
from domain.accounts import Account, Role
from domain.errors import EmailTaken, InvalidCredentials, PasswordTooCommon, RefreshTokenReused

router = APIRouter(prefix="/auth", tags=["accounts"])


class Registration(Model):
    email: Email = Field(examples=["abebe@example.com"])
    password: Password = Field(examples=["injera-with-shiro-wot"])
    name: Name = Field(examples=["Abebe Bikila"])
    phone: Phone | None = Field(default=None, examples=["+251911000000"])


class Login(Model):
    """The password is not judged here: whether it is right is all that counts."""

    email: Email = Field(examples=["abebe@example.com"])
    password: str = Field(max_length=128, examples=["injera-with-shiro-wot"])


class Refresh(Model):
    refresh_token: str = Field(max_length=128)


class Tokens(BaseModel):
    """`expires_in`: seconds that the access token lives. The refresh token is used once."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 -- The name of a scheme (RFC 6750), not a secret.
    expires_in: int
    refresh_token: str


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(slow_down_guessing)],
    responses=refusals(EmailTaken, PasswordTooCommon),
)
async def register(body: Registration, services: Using) -> AccountAnswer:
    """A new account. It can order at once; logging in is a request of its own."""
    await services.passwords.refuse_common(body.password)
    account = Account(
        account_id=uuid4(),
        email=body.email,
        name=body.name,
        phone=body.phone,
        roles=[Role.CUSTOMER],
        restaurants=[],
        created_at=datetime.now(UTC),
    )
    await services.accounts.add(account, await services.passwords.hash(body.password))
    return AccountAnswer.of(account)


@router.post(
    "/login",
    dependencies=[Depends(slow_down_guessing)],
    responses=refusals(InvalidCredentials),
)
async def log_in(body: Login, request: Request, services: Using) -> Tokens:
    """After a few wrong passwords each further try has to wait, as `Retry-After` says."""
    found = await try_password(request, services, email=body.email, password=body.password)
    session = await services.sessions.begin(
        found.account_id, now=datetime.now(UTC), password_hash=found.password_hash
    )
    return tokens_of(services, session)


@router.post("/refresh", responses=refusals(InvalidCredentials, RefreshTokenReused))
async def refresh(
    body: Refresh, request: Request, services: Using, later: BackgroundTasks
) -> Tokens:
    """Exchange the refresh token for new tokens. One that comes a second time ends the login.

    Unless its first answer was lost: then a second is given, for a minute.
    """
    session = await services.sessions.refresh(body.refresh_token, now=datetime.now(UTC))
    # Nobody gets the answer where nobody is there any more. It is lost, too, where we end before.
    if not await request.is_disconnected():
        later.add_task(afterwards, services.sessions.answered, body.refresh_token)
    return tokens_of(services, session)


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT)
async def log_out(body: Refresh, services: Using, caller: Caller, bearer: Token) -> None:
    """End the login: its access tokens stop working with it."""
    await services.sessions.end(
        caller.account_id, bearer.session_id, token=body.refresh_token, now=datetime.now(UTC)
    )


def tokens_of(services: Services, session: Session) -> Tokens:
    bearer = Bearer(session.account_id, session.session_id)
    return Tokens(
        access_token=services.tokens.issue(bearer, now=datetime.now(UTC)),
        expires_in=int(LIFETIME.total_seconds()),
        refresh_token=session.refresh_token,
    )

"""New passwords: for who knows the old one, and for who reads the account's mail."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, BackgroundTasks, Depends, Request, Response, status
from pydantic import Field

from api.afterwards import afterwards
from api.dependencies import Caller, Using
from api.fields import Email, Model, Password
from api.guesses import try_password
from api.limits import slow_down_guessing
from api.openapi import refusals
from api.services import Services
from domain.errors import InvalidCredentials, PasswordTooCommon, ResetTokenInvalid

router = APIRouter(tags=["accounts"])

# However often somebody asks, an account gets one mail in so many seconds.
_ONE_MAIL_IN = int(timedelta(minutes=5).total_seconds())


class PasswordChange(Model):
    current: str = Field(max_length=128, examples=["injera-with-shiro-wot"])
    new: Password = Field(examples=["kitfo-with-gomen-please"])


class ResetRequest(Model):
    email: Email = Field(examples=["abebe@example.com"])


class Reset(Model):
    token: str = Field(max_length=128, examples=["of-the-link-in-the-mail"])
    new: Password = Field(examples=["kitfo-with-gomen-please"])


@router.post(
    "/me/password",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(slow_down_guessing)],
    responses=refusals(InvalidCredentials, PasswordTooCommon),
)
async def change_password(
    body: PasswordChange, request: Request, services: Using, caller: Caller
) -> None:
    """Every login ends, this one too. A wrong `current` counts like a wrong password at a login."""
    await services.passwords.refuse_common(body.new)
    found = await try_password(request, services, email=caller.email, password=body.current)
    await services.password_resets.change(
        found, await services.passwords.hash(body.new), now=datetime.now(UTC)
    )


@router.post("/auth/password-reset", status_code=status.HTTP_202_ACCEPTED, response_class=Response)
async def ask_for_reset(body: ResetRequest, services: Using, later: BackgroundTasks) -> None:
    """A mail with a link follows where there is such an account. The answer does not tell."""
    later.add_task(afterwards, _mail, services, body.email)


@router.post(
    "/auth/password-reset/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(slow_down_guessing)],
    responses=refusals(ResetTokenInvalid, PasswordTooCommon),
)
async def reset_password(body: Reset, services: Using) -> None:
    """Every login ends, and every other link is void. Who was made to wait, waits no more."""
    await services.passwords.refuse_common(body.new)
    # Looked at before the new one is hashed: a made-up token is not worth that.
    await services.password_resets.check(body.token, now=datetime.now(UTC))
    email = await services.password_resets.redeem(
        body.token, await services.passwords.hash(body.new), now=datetime.now(UTC)
    )
    await services.login_attempts.forgive(email)


async def _mail(services: Services, email: str) -> None:
    """Runs once the answer has left, so that nobody can tell by its time who has an account."""
    found = await services.accounts.credentials(email)
    if found:
        window = int(datetime.now(UTC).timestamp()) // _ONE_MAIL_IN
        await services.emails.enqueue(
            account_id=found.account_id,
            template="password_reset",
            dedupe_key=f"password_reset:{found.account_id}:{window}",
            params={},
        )

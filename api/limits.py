"""Too many requests: who is told to wait, and for how long."""

from fastapi import HTTPException, Request, status
from limits import parse

from adapters.outages import AWAY
from api.dependencies import Using


async def slow_down_guessing(request: Request, services: Using) -> None:
    """For every route that takes a password. Without Redis it is 503: nobody guesses uncounted."""
    limit = parse(services.settings.logins_per_address)
    _refuse(await services.limits.seconds_to_wait(limit, "logins", _address(request)))


async def count_attempt(services: Using, email: str) -> None:
    """One more try at this account's password, from wherever; exists or not."""
    limit = parse(services.settings.logins_per_account)
    _refuse(await services.limits.seconds_to_wait(limit, "attempts", email))


async def forget_attempts(services: Using, email: str) -> None:
    await services.limits.forget(parse(services.settings.logins_per_account), "attempts", email)


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _refuse(seconds: int) -> None:
    if seconds:
        raise HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"Too many requests. Try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )

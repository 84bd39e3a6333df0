"""Too many requests: who is told to wait, and for how long."""

from fastapi import HTTPException, Request, status
from limits import parse

from adapters.outages import AWAY
from api.dependencies import Using


async def slow_down_guessing(request: Request, services: Using) -> None:
    """For every route that hashes a password. Without Redis nobody is counted.

    What is guessed is counted where nothing gets lost: see `api.guesses`.
    """
    limit = parse(services.settings.passwords_per_address)
    try:
        seconds = await services.limits.seconds_to_wait(limit, "passwords", address_of(request))
    except AWAY:
        return
    refuse(seconds)


def address_of(request: Request) -> str:
    """The client's, as the proxy tells it that we are told to believe."""
    return request.client.host if request.client else "unknown"


def refuse(seconds: int) -> None:
    """Raises 429, unless there is nothing to wait for."""
    if seconds:
        raise HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"Too many requests. Try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )

"""Too many requests: who is told to wait, and for how long."""

from fastapi import HTTPException, Request, status
from limits import parse
from starlette.requests import HTTPConnection

from adapters.outages import AWAY
from api.dependencies import Using
from domain.throttling import place_of


async def slow_down_guessing(request: Request, services: Using) -> None:
    """For every route that hashes a password. Without Redis nobody is counted.

    What is guessed is counted where nothing gets lost: see `api.guesses`.
    """
    limit = parse(services.settings.passwords_per_address)
    try:
        seconds = await services.limits.seconds_to_wait(
            limit, "passwords", place_of_client(request)
        )
    except AWAY:
        return
    refuse(seconds)


def place_of_client(connection: HTTPConnection) -> str:
    """Of the address that the proxy tells which we are told to believe."""
    return place_of(connection.client.host) if connection.client else "unknown"


def refuse(seconds: int) -> None:
    """Raises 429, unless there is nothing to wait for."""
    if seconds:
        raise HTTPException(
            status.HTTP_429_TOO_MANY_REQUESTS,
            f"Too many requests. Try again in {seconds} s.",
            headers={"Retry-After": str(seconds)},
        )

"""Trying a password: the one way to it, for whichever route asks for one."""

import math
from datetime import UTC, datetime

from fastapi import Request

from adapters.postgres.identity.accounts import Credentials
from adapters.postgres.identity.login_attempts import Guess
from api.limits import place_of_client, refuse
from api.services import Services
from domain.errors import InvalidCredentials


async def try_password(
    request: Request, services: Services, *, email: str, password: str
) -> Credentials:
    """Raises `InvalidCredentials`, after the same work whether there is such an account or not.

    And 429 for a try that comes too soon after wrong ones. They are counted in Postgres, without
    which nothing is tried: nobody guesses uncounted.
    """
    async with services.login_attempts.turns:
        return await _try(services, Guess(email, place_of_client(request)), password)


async def _try(services: Services, guess: Guess, password: str) -> Credentials:
    wait = await services.login_attempts.begin(guess, now=datetime.now(UTC))
    refuse(math.ceil(wait.total_seconds()))
    found = await services.accounts.credentials(guess.email)
    password_hash = found.password_hash if found else None
    matches = await services.passwords.match(password_hash, password)
    if found is None or not matches:
        message = "The e-mail address or the password is wrong."
        raise InvalidCredentials(message)
    await services.login_attempts.succeed(guess, now=datetime.now(UTC))
    return found

"""Passwords: how they are kept, how they are checked, and which are refused.

Argon2id with the memory of RFC 9106's second profile and one lane, since two cores gain nothing
by more. NIST SP 800-63B asks for a block list and against rules of composition.
"""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn import zxcvbn

from domain.errors import PasswordTooCommon

_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)

# A password that guessers reach this soon is on their lists, or is one from a list with a twist.
_GUESSES = 100_000

# What lies behind adds nothing to the guesses. The cost grows with the square, and with every way
# to read `@`, `(` or `1` as a letter: 72 well-chosen signs take seconds.
_JUDGED = 24


def refuse_common(password: str) -> None:
    """Raises `PasswordTooCommon` for one that is guessed in the first hundred thousand tries."""
    if zxcvbn(password[:_JUDGED])["guesses"] < _GUESSES:
        message = "This password is among the first that are tried. Choose another."
        raise PasswordTooCommon(message)


class Passwords:
    """Works in threads, two at a time: a hash takes 64 MiB and a core for about 150 ms."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(2)
        # Of a password nobody has: what an unknown account is checked against costs the same.
        self._nobodys = _HASHER.hash(secrets.token_hex())

    async def refuse_common(self, password: str) -> None:
        """The same as the function: it may take as long as a hash, so it waits its turn too."""
        async with self._turns:
            await asyncio.to_thread(refuse_common, password)

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def match(self, password_hash: str | None, password: str) -> bool:
        """False, after the same time, also where there is no hash because there is no account."""
        async with self._turns:
            return await asyncio.to_thread(_matches, password_hash or self._nobodys, password)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False

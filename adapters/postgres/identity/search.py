"""What finds an account that somebody asks about: e-mail addresses and phones, never names."""

import re

from sqlalchemy import ColumnElement, false, func, or_

from adapters.phones import dialled, digits, without_zeros
from adapters.postgres.identity.tables import AccountRow

_PHONE = re.compile(r"[\d\s+()./-]+")
# Fewer would find everybody.
_LEAST_DIGITS = 6
_LEAST_LETTERS = 3


def matching(words: str, region: str | None) -> ColumnElement[bool]:
    """Nobody where the words are too few to find anybody by."""
    words = words.strip().lower()
    if len(words) < _LEAST_LETTERS:
        return false()
    return or_(AccountRow.email.startswith(words, autoescape=True), of_phone(words, region))


def of_phone(phone: str, region: str | None) -> ColumnElement[bool]:
    """Nobody where that is no phone."""
    return or_(false(), *(_phone_ends_with(ending) for ending in _endings(phone.strip(), region)))


def _endings(words: str, region: str | None) -> list[str]:
    """A number however it is written, or its last digits, of which also the first may be a zero."""
    if not _PHONE.fullmatch(words):
        return []
    endings = {digits(words), without_zeros(words), dialled(words, region)}
    return sorted(ending for ending in endings if len(ending) >= _LEAST_DIGITS)


def _phone_ends_with(ending: str) -> ColumnElement[bool]:
    """By an index, because the last digits are the first ones of the reversed number."""
    return func.reverse(AccountRow.phone_digits).startswith(ending[::-1])

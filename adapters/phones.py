"""Phone numbers, so that one number is one string however somebody writes it."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# How most of the world dials abroad, and writes it down instead of the plus.
_ABROAD = re.compile(r"^\s*00")


def dialled(written: str, region: str | None) -> str:
    """Country code and number, digits only: `34600112233` for `+34 600 11 22 33`.

    Without a country code the number is of `region` (ISO 3166, two letters). What can be no
    number there keeps the digits that were written, without zeros in front.
    """
    try:
        number = phonenumbers.parse(_ABROAD.sub("+", written), region)
    except NumberParseException:
        return without_zeros(written)
    if not phonenumbers.is_possible_number(number):
        return without_zeros(written)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")


def without_zeros(written: str) -> str:
    """Its digits without zeros in front: those are dialled before it, and differ by country."""
    return digits(written).lstrip("0")


def digits(written: str) -> str:
    return phonenumbers.normalize_digits_only(written)

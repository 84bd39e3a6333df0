"""The fields of an action's form, and what people type into them as the JSON of its body."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.money import EXPONENTS, Money

Given = Mapping[str, Sequence[str]]
"""Field to what was typed or chosen: several only where boxes are ticked."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


class Kind(StrEnum):
    LINE = "line"
    LONG = "long"
    MONEY = "money"
    MINUTES = "minutes"
    CHOICE = "choice"
    CHECKS = "checks"
    # By their e-mail address.
    PERSON = "person"
    # Of UTC, because a form that works without script knows no other zone.
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    label: str
    kind: Kind = Kind.LINE
    required: bool = True
    hint: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()


class Unreadable(ValueError):
    """What was typed is not of its field's kind: the message says which, and how to write it."""


def body_of(fields: Sequence[Field], given: Given, currency: str) -> dict[str, object]:
    """A field that was left empty is left out. Raises `Unreadable`."""
    body: dict[str, object] = {}
    for field in fields:
        typed = [text.strip() for text in given.get(field.name, ()) if text.strip()]
        if typed:
            body[field.name] = _value(field, typed, currency)
        elif field.required:
            message = f"{field.label}: this has to be filled in."
            raise Unreadable(message)
    return body


def as_typed(amount: Money) -> str:
    """As a field of money reads it."""
    return f"{Decimal(amount.amount).scaleb(-EXPONENTS[amount.currency]):f}"


def as_given(body: Mapping[str, object]) -> Given:
    """What the fields of such a body were filled in with."""
    return {name: _typed(value) for name, value in body.items() if value is not None}


def told(fields: Iterable[Field], given: Given) -> Iterator[tuple[str, str]]:
    """Label and value of what was filled in, as a person reads it."""
    for field in fields:
        labels = {choice.value: choice.label for choice in field.choices}
        typed = [labels.get(text, text) for text in given.get(field.name, ()) if text]
        if typed:
            yield field.label, ", ".join(typed)


def _typed(value: object) -> list[str]:
    match value:
        case {"amount": int(amount), "currency": str(currency)}:
            return [as_typed(Money(amount, currency))]
        case list():
            return [str(each) for each in value]
    return [str(value)]


def _value(field: Field, typed: list[str], currency: str) -> object:
    match field.kind:
        case Kind.CHECKS:
            return typed
        case Kind.MONEY:
            return {"amount": _minor_units(field, typed[0], currency), "currency": currency}
        case Kind.MINUTES:
            return _minutes(field, typed[0])
        case Kind.MOMENT:
            return _moment(field, typed[0])
    return typed[0]


def _minor_units(field: Field, text: str, currency: str) -> int:
    exponent = EXPONENTS[currency]
    decimals = rf"([.,]\d{{1,{exponent}}})?" if exponent else ""
    if not re.fullmatch(rf"\d{{1,9}}{decimals}", text, re.ASCII):
        message = f"{field.label}: write it in {currency}, as {5:.{exponent}f}."
        raise Unreadable(message)
    return int(Decimal(text.replace(",", ".")).scaleb(exponent))


def _minutes(field: Field, text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        message = f"{field.label}: write a number of minutes, as 10."
        raise Unreadable(message)
    return int(text)


def _moment(field: Field, text: str) -> str:
    if not _MOMENT.fullmatch(text):
        message = f"{field.label}: write it as 2027-01-31T18:30."
        raise Unreadable(message)
    return f"{text}:00Z"

"""Reading an operation's parameters: typed values, or the refusal that Stripe would send.

A parameter that Stripe knows and this sandbox doesn't is refused as unknown, so that nothing is
silently ignored.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from infra.stripe_sandbox.currencies import CURRENCIES
from infra.stripe_sandbox.errors import InvalidParameter

# (name, raw value) -> value; raises InvalidParameter.
Parser = Callable[[str, Any], Any]

# Stripe's limits on metadata: https://docs.stripe.com/api/metadata.
_METADATA_KEYS = 50
_METADATA_KEY_LENGTH = 40
_METADATA_VALUE_LENGTH = 500

_BOUNDS = {"gt", "gte", "lt", "lte"}

# Stripe's longest amount has eight digits. Its minimum charge (0.50 USD or the like, by currency
# and country of the account) is simplified to one minor unit.
_LARGEST_AMOUNT = 99_999_999


def read(
    form: Mapping[str, Any], accepts: Mapping[str, Parser], required: Collection[str] = ()
) -> dict[str, Any]:
    """The parameters that were sent, parsed."""
    unknown = sorted(form.keys() - accepts.keys())
    if unknown:
        raise InvalidParameter(
            f"Received unknown parameter{'s' if unknown[1:] else ''}: {', '.join(unknown)}",
            code="parameter_unknown",
            param=unknown[0],
        )
    for name in required:
        if name not in form:
            raise InvalidParameter(
                f"Missing required param: {name}.", code="parameter_missing", param=name
            )
    return {name: accepts[name](name, value) for name, value in form.items()}


def text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidParameter(f"Invalid string: {value}", param=name)
    if not value:
        raise InvalidParameter(
            f"You passed an empty string for '{name}'. We assume empty values are an attempt to"
            f" unset a parameter; however '{name}' cannot be unset. You should remove '{name}'"
            " from your request or supply a non-empty value.",
            code="parameter_invalid_empty",
            param=name,
        )
    return value


def optional_text(name: str, value: Any) -> str | None:
    """A text; the empty one unsets it."""
    return text(name, value) if value else None


def integer(name: str, value: Any) -> int:
    digits = text(name, value)
    if not digits.removeprefix("-").isdecimal():
        raise InvalidParameter(
            f"Invalid integer: {digits}", code="parameter_invalid_integer", param=name
        )
    return int(digits)


def between(lowest: int, highest: int) -> Parser:
    def parse(name: str, value: Any) -> int:
        number = integer(name, value)
        if number < lowest:
            raise InvalidParameter(
                f"This value must be greater than or equal to {lowest}.",
                code="parameter_invalid_integer",
                param=name,
            )
        if number > highest:
            raise InvalidParameter(
                f"This value must be less than or equal to {highest}.",
                code="parameter_invalid_integer",
                param=name,
            )
        return number

    return parse


def amount(name: str, value: Any) -> int:
    """Minor units."""
    number = integer(name, value)
    if number > _LARGEST_AMOUNT:
        raise InvalidParameter(
            f"Amount must be no more than {_LARGEST_AMOUNT}", code="amount_too_large", param=name
        )
    return int(between(1, _LARGEST_AMOUNT)(name, value))


def currency(name: str, value: Any) -> str:
    code = text(name, value).lower()
    if code not in CURRENCIES:
        raise InvalidParameter(
            f"Invalid currency: {code}. Stripe currently supports these currencies:"
            f" {', '.join(sorted(CURRENCIES))}",
            param=name,
        )
    return code


def boolean(name: str, value: Any) -> bool:
    if value not in ("true", "false"):
        raise InvalidParameter(f"Invalid boolean: {value}", param=name)
    return bool(value == "true")


def off_session(name: str, value: Any) -> bool:
    """`one_off` and `recurring` say why the customer isn't there."""
    return value in ("one_off", "recurring") or boolean(name, value)


def choice(*choices: str) -> Parser:
    def parse(name: str, value: Any) -> str:
        if value not in choices:
            listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
            raise InvalidParameter(f"Invalid {name}: must be one of {listed}", param=name)
        return str(value)

    return parse


def texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, dict) or not all(place.isdecimal() for place in value):
        raise InvalidParameter("Invalid array", param=name)
    return [text(f"{name}[{place}]", value[place]) for place in sorted(value, key=int)]


def moment(name: str, value: Any) -> int | dict[str, int]:
    """Seconds since the epoch, or bounds of them: `{"gte": 1, "lt": 9}`."""
    if not isinstance(value, dict):
        return integer(name, value)
    if not _BOUNDS.issuperset(value):
        raise InvalidParameter(f"Invalid {name}: must be one of gt, gte, lt or lte", param=name)
    return {bound: integer(f"{name}[{bound}]", each) for bound, each in value.items()}


def hash_of(*known: str) -> Parser:
    """Texts by known names; an empty one is None."""

    def parse(name: str, value: Any) -> dict[str, str | None]:
        if not isinstance(value, dict):
            raise InvalidParameter("Invalid object", param=name)
        unknown = sorted(value.keys() - set(known))
        if unknown:
            raise InvalidParameter(
                f"Received unknown parameter: {name}[{unknown[0]}]",
                code="parameter_unknown",
                param=f"{name}[{unknown[0]}]",
            )
        return {each: optional_text(f"{name}[{each}]", text) for each, text in value.items()}

    return parse


def metadata(name: str, value: Any) -> dict[str, str] | None:
    """Keys to set, and with an empty value to unset; None (an empty string) unsets them all."""
    if value == "":
        return None
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidParameter("Invalid hash", param=name)
    for key, each in value.items():
        if len(key) > _METADATA_KEY_LENGTH:
            raise _too_long(name, f"keys can be up to {_METADATA_KEY_LENGTH}", key)
        if len(each) > _METADATA_VALUE_LENGTH:
            raise _too_long(f"{name}[{key}]", f"values can be up to {_METADATA_VALUE_LENGTH}", key)
    return value


def with_metadata(current: dict[str, str], changes: dict[str, str] | None) -> dict[str, str]:
    """The metadata after a change; at most 50 keys."""
    if changes is None:
        return {}
    merged = {key: value for key, value in (current | changes).items() if value}
    if len(merged) > _METADATA_KEYS:
        raise InvalidParameter(
            f"You cannot have more than {_METADATA_KEYS} metadata keys.", param="metadata"
        )
    return merged


def _too_long(param: str, limit: str, key: str) -> InvalidParameter:
    return InvalidParameter(
        f"Metadata {limit} characters long; the one of '{key}' is longer.", param=param
    )

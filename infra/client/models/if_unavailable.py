from typing import Literal

IfUnavailable = Literal["drop", "reject"]

IF_UNAVAILABLE_VALUES: set[IfUnavailable] = {
    "drop",
    "reject",
}


def check_if_unavailable(value: str) -> IfUnavailable:
    if value in IF_UNAVAILABLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {IF_UNAVAILABLE_VALUES!r}")

from typing import Literal

Party = Literal["courier", "customer", "hold", "platform", "restaurant"]

PARTY_VALUES: set[Party] = {
    "courier",
    "customer",
    "hold",
    "platform",
    "restaurant",
}


def check_party(value: str) -> Party:
    if value in PARTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PARTY_VALUES!r}")

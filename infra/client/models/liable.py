from typing import Literal

Liable = Literal["courier", "platform", "restaurant"]

LIABLE_VALUES: set[Liable] = {
    "courier",
    "platform",
    "restaurant",
}


def check_liable(value: str) -> Liable:
    if value in LIABLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIABLE_VALUES!r}")

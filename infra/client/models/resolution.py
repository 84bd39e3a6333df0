from typing import Literal

Resolution = Literal["paid_by_hand", "refunded", "waived"]

RESOLUTION_VALUES: set[Resolution] = {
    "paid_by_hand",
    "refunded",
    "waived",
}


def check_resolution(value: str) -> Resolution:
    if value in RESOLUTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESOLUTION_VALUES!r}")

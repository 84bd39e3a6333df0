from typing import Literal

ResolvingResolution = Literal["paid_by_hand", "waived"]

RESOLVING_RESOLUTION_VALUES: set[ResolvingResolution] = {
    "paid_by_hand",
    "waived",
}


def check_resolving_resolution(value: str) -> ResolvingResolution:
    if value in RESOLVING_RESOLUTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RESOLVING_RESOLUTION_VALUES!r}")

from typing import Literal

Outcome = Literal["asked", "done", "refused"]

OUTCOME_VALUES: set[Outcome] = {
    "asked",
    "done",
    "refused",
}


def check_outcome(value: str) -> Outcome:
    if value in OUTCOME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {OUTCOME_VALUES!r}")

from typing import Literal

DisputeState = Literal["lost", "open", "won"]

DISPUTE_STATE_VALUES: set[DisputeState] = {
    "lost",
    "open",
    "won",
}


def check_dispute_state(value: str) -> DisputeState:
    if value in DISPUTE_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DISPUTE_STATE_VALUES!r}")

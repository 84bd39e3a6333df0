from typing import Literal

ApprovalState = Literal["approved", "declined", "lapsed", "waiting"]

APPROVAL_STATE_VALUES: set[ApprovalState] = {
    "approved",
    "declined",
    "lapsed",
    "waiting",
}


def check_approval_state(value: str) -> ApprovalState:
    if value in APPROVAL_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPROVAL_STATE_VALUES!r}")

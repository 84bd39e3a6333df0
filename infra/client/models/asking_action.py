from typing import Literal

AskingAction = Literal["cancel", "refund", "resolve_refund"]

ASKING_ACTION_VALUES: set[AskingAction] = {
    "cancel",
    "refund",
    "resolve_refund",
}


def check_asking_action(value: str) -> AskingAction:
    if value in ASKING_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ASKING_ACTION_VALUES!r}")

from typing import Literal

DeskAction = Literal[
    "add_note",
    "cancel",
    "decide_case",
    "extend_deadline",
    "move_case",
    "order_again",
    "reassign_courier",
    "refund",
    "resend_confirmation",
    "resolve_refund",
    "retry",
    "set_roles",
    "set_support_right",
]

DESK_ACTION_VALUES: set[DeskAction] = {
    "add_note",
    "cancel",
    "decide_case",
    "extend_deadline",
    "move_case",
    "order_again",
    "reassign_courier",
    "refund",
    "resend_confirmation",
    "resolve_refund",
    "retry",
    "set_roles",
    "set_support_right",
}


def check_desk_action(value: str) -> DeskAction:
    if value in DESK_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DESK_ACTION_VALUES!r}")

from typing import Literal

PreviewingAction = Literal[
    "add_note",
    "cancel",
    "extend_deadline",
    "move_case",
    "order_again",
    "reassign_courier",
    "refund",
    "resend_confirmation",
    "resolve_refund",
    "retry",
]

PREVIEWING_ACTION_VALUES: set[PreviewingAction] = {
    "add_note",
    "cancel",
    "extend_deadline",
    "move_case",
    "order_again",
    "reassign_courier",
    "refund",
    "resend_confirmation",
    "resolve_refund",
    "retry",
}


def check_previewing_action(value: str) -> PreviewingAction:
    if value in PREVIEWING_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PREVIEWING_ACTION_VALUES!r}")

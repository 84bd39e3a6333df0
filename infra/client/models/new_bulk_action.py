from typing import Literal

NewBulkAction = Literal[
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

NEW_BULK_ACTION_VALUES: set[NewBulkAction] = {
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


def check_new_bulk_action(value: str) -> NewBulkAction:
    if value in NEW_BULK_ACTION_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {NEW_BULK_ACTION_VALUES!r}")

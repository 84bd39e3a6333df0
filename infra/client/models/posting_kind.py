from typing import Literal

PostingKind = Literal[
    "captured",
    "correction",
    "dispute_lost",
    "dispute_opened",
    "dispute_won",
    "refund_made",
    "refund_owed",
    "refund_paid_by_hand",
    "refund_returned",
    "refund_waived",
    "settled",
]

POSTING_KIND_VALUES: set[PostingKind] = {
    "captured",
    "correction",
    "dispute_lost",
    "dispute_opened",
    "dispute_won",
    "refund_made",
    "refund_owed",
    "refund_paid_by_hand",
    "refund_returned",
    "refund_waived",
    "settled",
}


def check_posting_kind(value: str) -> PostingKind:
    if value in POSTING_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {POSTING_KIND_VALUES!r}")

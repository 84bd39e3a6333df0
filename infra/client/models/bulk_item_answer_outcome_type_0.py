from typing import Literal

BulkItemAnswerOutcomeType0 = Literal["done", "refused"]

BULK_ITEM_ANSWER_OUTCOME_TYPE_0_VALUES: set[BulkItemAnswerOutcomeType0] = {
    "done",
    "refused",
}


def check_bulk_item_answer_outcome_type_0(value: str) -> BulkItemAnswerOutcomeType0:
    if value in BULK_ITEM_ANSWER_OUTCOME_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {BULK_ITEM_ANSWER_OUTCOME_TYPE_0_VALUES!r}"
    )

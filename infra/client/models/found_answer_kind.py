from typing import Literal

FoundAnswerKind = Literal["customer", "order", "restaurant"]

FOUND_ANSWER_KIND_VALUES: set[FoundAnswerKind] = {
    "customer",
    "order",
    "restaurant",
}


def check_found_answer_kind(value: str) -> FoundAnswerKind:
    if value in FOUND_ANSWER_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FOUND_ANSWER_KIND_VALUES!r}")

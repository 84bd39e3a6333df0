from typing import Literal

ListCasesState = Literal["all", "open"]

LIST_CASES_STATE_VALUES: set[ListCasesState] = {
    "all",
    "open",
}


def check_list_cases_state(value: str) -> ListCasesState:
    if value in LIST_CASES_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIST_CASES_STATE_VALUES!r}")

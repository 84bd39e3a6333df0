from typing import Literal

Right = Literal["act", "money", "read"]

RIGHT_VALUES: set[Right] = {
    "act",
    "money",
    "read",
}


def check_right(value: str) -> Right:
    if value in RIGHT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {RIGHT_VALUES!r}")

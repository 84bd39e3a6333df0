from typing import Literal

Actor = Literal["courier", "customer", "restaurant", "support", "system"]

ACTOR_VALUES: set[Actor] = {
    "courier",
    "customer",
    "restaurant",
    "support",
    "system",
}


def check_actor(value: str) -> Actor:
    if value in ACTOR_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ACTOR_VALUES!r}")

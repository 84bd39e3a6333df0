"""Updates that describe themselves in the Temporal UI."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar, cast

from temporalio import workflow

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

NO_DATA = "Leave Data empty."
"""In the description of every update that needs no input."""

Update = workflow.UpdateMethodMultiParam[Parameters, Answer]


def update(
    description: str,
) -> Callable[[Callable[Parameters, Awaitable[Answer]]], Update[Parameters, Answer]]:
    """`workflow.update(description=…)` with the type of its answer.

    By the SDK's own types such an update answers with a coroutine.
    """

    def decorate(handler: Callable[Parameters, Awaitable[Answer]]) -> Update[Parameters, Answer]:
        described = workflow.update(description=description)(handler)
        return cast("Update[Parameters, Answer]", described)

    return decorate

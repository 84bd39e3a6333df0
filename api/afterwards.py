"""What is done once the answer has left: nobody can be told any more that it went wrong."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec

import structlog

from adapters.outages import AWAY

P = ParamSpec("P")

_log = structlog.get_logger(__name__)


async def afterwards(work: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
    """For a background task whose work a client asks for again where it did not happen."""
    try:
        await work(*args, **kwargs)
    except AWAY as error:
        _log.warning("afterwards.part_away", work=work.__qualname__, error=type(error).__name__)

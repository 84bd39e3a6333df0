"""Why something was not done, in one sentence for the page that asked for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from fastapi.exceptions import RequestValidationError
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from adapters.outages import AWAY
from api.errors import is_away, status_of
from api.web.support.fields import Field, Unreadable
from domain.errors import DomainError

CAUGHT: tuple[type[Exception], ...] = (
    Unreadable,
    RequestValidationError,
    DomainError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    RPCError,
    *AWAY,
)
"""What `refusal_of` is asked about. Of what the engine says, only that it is away is a refusal."""

_log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """`is_unsure`: a part of ours did not answer, so that it may have been done nevertheless."""

    sentence: str
    status: HTTPStatus
    is_unsure: bool = False


def refusal_of(error: Exception, fields: Sequence[Field]) -> Refusal:
    """Raises what it is asked about where that is a mistake of ours."""
    match error:
        case Unreadable():
            return Refusal(sentence=str(error), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        case RequestValidationError():
            sentence = _about_a_field(error, fields)
            return Refusal(sentence=sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        case DomainError():
            return Refusal(sentence=str(error), status=status_of(type(error)))
    if not is_away(error):
        raise error
    _log.warning("request.part_away", error=type(error).__name__)
    return Refusal(
        sentence="A part of ours does not answer now.",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        is_unsure=True,
    )


def _about_a_field(error: RequestValidationError, fields: Sequence[Field]) -> str:
    """Of what is wrong the first; what was sent is in no message of pydantic's that we show."""
    labels = {field.name: field.label for field in fields}
    wrong = error.errors()[0]
    named = next((labels[part] for part in wrong["loc"] if part in labels), "The form")
    return f"{named}: {str(wrong['msg']).rstrip('.')}."

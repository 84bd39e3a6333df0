"""What goes wrong, as HTTP says it: problem+json (RFC 9457), from one map of errors to statuses."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError, RPCStatusCode

from adapters.outages import AWAY
from domain import errors

STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.BadSignature: HTTPStatus.BAD_REQUEST,
    errors.IdempotencyKeyMissing: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.PaymentFailed: HTTPStatus.PAYMENT_REQUIRED,
}
"""A class stands for its subclasses too; the closest one counts."""

# Which part of the request a 422 of the business is about; clients show it beside that field.
_PLACES: dict[type[errors.DomainError], list[str | int]] = {
    errors.CurrencyMismatch: ["body", "tip"],
    errors.ItemNotInOrder: ["body", "unavailable_item_ids"],
    errors.DelayOutOfRange: ["body", "minutes"],
    errors.IdempotencyKeyReused: ["header", "Idempotency-Key"],
    errors.ResetTokenInvalid: ["body", "token"],
    errors.ReferenceMissing: ["body", "reference"],
    errors.ReferenceRefused: ["body", "reference"],
    errors.DeadlineOutOfRange: ["body", "deadline"],
}

# For what isn't a business error. The codes are ours: the phrases of HTTP change over the years.
_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    412: "precondition_failed",
    413: "body_too_large",
    422: "invalid_request",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
_TEMPORAL_AWAY = {
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    # The workflow takes no update because its workers die again and again.
    RPCStatusCode.FAILED_PRECONDITION,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.UNAVAILABLE,
}
_RETRY_AFTER_SECONDS = 2
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="ha-soranu"'}

_log = structlog.get_logger(__name__)


class InvalidField(BaseModel):
    """Which part of the request is wrong, and why. Never what was sent."""

    loc: list[str | int]
    msg: str
    type: str


class Problem(BaseModel):
    """The body of every error. Programs look at `code`, people read `detail`."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[InvalidField] | None = None


def is_away(error: Exception) -> bool:
    """A part of ours does not answer now, or can't: worth another try, and a line in the logs.

    What the engine says of what it was asked wrongly is a mistake of ours instead.
    """
    if isinstance(error, RPCError):
        return error.status in _TEMPORAL_AWAY
    return isinstance(error, (*AWAY, WorkflowUpdateRPCTimeoutOrCancelledError))


def status_of(error: type[errors.DomainError]) -> HTTPStatus:
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def internal_error(request_id: str) -> JSONResponse:
    return _answer(
        _problem(
            500, "Something broke on our side. The request id finds it in our logs.", request_id
        )
    )


def body_too_large(request_id: str) -> JSONResponse:
    return _answer(_problem(413, "The body is larger than 64 KiB.", request_id))


def unavailable(request_id: str) -> JSONResponse:
    problem = _problem(503, "A part that this request needs is down. Try again.", request_id)
    return _answer(problem, headers={"Retry-After": str(_RETRY_AFTER_SECONDS)})


def too_many_requests(request_id: str, *, seconds: int) -> JSONResponse:
    problem = _problem(429, f"Too many requests. Try again in {seconds} s.", request_id)
    return _answer(problem, headers={"Retry-After": str(seconds)})


def handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(errors.DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RPCError, _temporal)
    for weather in (*AWAY, WorkflowUpdateRPCTimeoutOrCancelledError):
        app.add_exception_handler(weather, _away)


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, errors.DomainError):
        raise error
    status = status_of(type(error))
    challenge = _CHALLENGE if status == HTTPStatus.UNAUTHORIZED else None
    problem = _problem(status, str(error), request.state.request_id, code=error.code())
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        place = _PLACES.get(type(error), ["body"])
        problem.errors = [InvalidField(loc=place, msg=str(error), type=error.code())]
    return _answer(problem, headers=challenge)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    detail = "The request does not have the documented form."
    problem = _problem(422, detail, request.state.request_id)
    fields = [_field(each) for each in error.errors()]
    return _answer(problem.model_copy(update={"errors": fields}))


def _field(error: Mapping[str, Any]) -> InvalidField:
    return InvalidField(loc=list(error["loc"]), msg=error["msg"], type=error["type"])


async def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    problem = _problem(error.status_code, error.detail, request.state.request_id)
    return _answer(problem, headers=error.headers)


async def _temporal(request: Request, error: Exception) -> JSONResponse:
    if is_away(error):
        return await _away(request, error)
    raise error


async def _away(request: Request, error: Exception) -> JSONResponse:
    _log.warning("request.part_away", error=type(error).__name__)
    return unavailable(request.state.request_id)


def _problem(status: int, detail: str, request_id: str, *, code: str | None = None) -> Problem:
    code = code or _CODES[status]
    return Problem(
        type=f"urn:ha-soranu:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        request_id=request_id,
    )


def _answer(problem: Problem, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        headers=headers,
        media_type="application/problem+json",
    )

"""What the OpenAPI document says beyond the routes' own types, and how routes say it."""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.errors import Problem, status_of
from api.openapi_answers import complete, problems
from domain.errors import DomainError

Responses = dict[int | str, dict[str, Any]]

ANYBODY: dict[str, Any] = {"security": [{}]}
"""The `openapi_extra` of a route that a token makes a difference to, and that needs none."""

_DESCRIPTION = """
Order food, and follow it from the kitchen to the door.

Register, log in, and send the `access_token` as a bearer token. Money is in integer minor units.
Errors are `application/problem+json` with a stable `code`. `POST /orders` needs an
`Idempotency-Key`: the same key and body are the same order, however often they are sent.

Send an `X-Request-Id` (1 to 64 of `A-Z a-z 0-9 . _ -`) to find a request again: every answer has
it, and every log line and workflow that the request caused.
"""
_TAGS = {
    "accounts": "People, their logins and their addresses.",
    "notifications": "What people were told.",
    "restaurants": "Finding them, running them, and their menus.",
    "orders": "Placing an order, paying it, following it, ending it.",
    "kitchen": "What a restaurant does with an order.",
    "deliveries": "Couriers, and what they carry.",
    "support": "What people of the platform see and mend.",
    "webhooks": "What others tell us.",
    "health": "For whoever runs this.",
}


def refusals(*reasons: type[DomainError] | HTTPStatus) -> Responses:
    """The `responses=` of a route: what it may refuse, by status, with the codes that say why."""
    codes: dict[HTTPStatus, list[str]] = defaultdict(list)
    for reason in reasons:
        if isinstance(reason, HTTPStatus):
            codes[reason].append(reason.name.lower())
        else:
            codes[status_of(reason)].append(reason.code())
    return {status.value: problems(names) for status, names in codes.items()}


def located(status: HTTPStatus) -> Responses:
    """The `responses=` of a route whose answer of this status says where the new thing is."""
    place = {"description": "Where it is.", "schema": {"type": "string", "format": "uri-reference"}}
    return {status.value: {"description": status.phrase, "headers": {"Location": place}}}


def describe(app: FastAPI) -> None:
    """Have `/openapi.json` say what holds for every route, once instead of at each."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=_DESCRIPTION,
                tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
                routes=app.routes,
            )
            _add_problem(schema["components"]["schemas"])
            complete(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    # As FastAPI documents it.
    app.openapi = document  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """The function's name, which clients generated from the document then have too."""
    return route.name


def _add_problem(schemas: dict[str, Any]) -> None:
    """Instead of FastAPI's own errors, which are never answered."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)

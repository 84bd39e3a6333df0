"""What the OpenAPI document says beyond the routes' own types: errors, and how to read it."""

from collections import defaultdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.errors import Problem, status_of
from domain.errors import DomainError

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_DESCRIPTION = """
Order food, and follow it from the kitchen to the door.

Register, log in, and send the `access_token` as a bearer token. Money is in integer minor units.
Errors are `application/problem+json` with a stable `code`. `POST /orders` needs an
`Idempotency-Key`: the same key and body are the same order, however often they are sent.
"""
_EVERYWHERE = {
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid_request",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}


def refusals(*reasons: type[DomainError] | HTTPStatus) -> Responses:
    """The `responses=` of a route: what it may refuse, by status, with the codes that say why."""
    codes: dict[HTTPStatus, list[str]] = defaultdict(list)
    for reason in reasons:
        if isinstance(reason, HTTPStatus):
            codes[reason].append(reason.name.lower())
        else:
            codes[status_of(reason)].append(reason.code())
    return {status.value: _response(status, names) for status, names in codes.items()}


def describe(app: FastAPI) -> None:
    """Have `/openapi.json` say what holds for every route, once instead of at each."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(
                title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes
            )
            _complete(schema)
            app.openapi_schema = schema
        return app.openapi_schema

    # As FastAPI documents it.
    app.openapi = document  # type: ignore[method-assign]


def operation_id(route: APIRoute) -> str:
    """The function's name, which clients generated from the document then have too."""
    return route.name


def _complete(schema: dict[str, Any]) -> None:
    schemas = schema["components"]["schemas"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"), Problem=problem)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in schema["paths"].items():
        if path.startswith("/api/"):
            for operation in operations.values():
                _complete_operation(operation)


def _complete_operation(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    general = dict(_EVERYWHERE)
    if "security" in operation:
        general[HTTPStatus.UNAUTHORIZED] = "unauthenticated"
    if "requestBody" in operation:
        general[HTTPStatus.REQUEST_ENTITY_TOO_LARGE] = "body_too_large"
    for status, code in general.items():
        own = responses.get(str(status.value), {})
        if "application/problem+json" not in own.get("content", {}):
            responses[str(status.value)] = _response(status, [code])


def _response(status: HTTPStatus, codes: list[str]) -> dict[str, Any]:
    examples = {
        code: {
            "value": {
                "type": f"urn:ha-soranu:problem:{code}",
                "title": status.phrase,
                "status": status.value,
                "detail": "What it means for this request, in a sentence.",
                "code": code,
                "request_id": "5f0c1d6c2b9a4c0e",
            }
        }
        for code in codes
    }
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {"application/problem+json": {**_PROBLEM, "examples": examples}},
    }

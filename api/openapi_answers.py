"""Completes the operations of the OpenAPI document: refusals, headers, examples, the stream."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from api.openapi_examples import Examples

Operation = dict[str, Any]

_JSON = "application/json"
_PROBLEM = "application/problem+json"
_STREAM = "text/event-stream"
_ANSWERED = 400

_REQUEST_ID = {
    "X-Request-Id": {
        "description": "The client's where it sent a sane one; else made here.",
        "schema": {"type": "string", "examples": ["5f0c1d6c2b9a4c0e"]},
    }
}
_LIMITS = {
    "RateLimit-Policy": {
        "description": "How many requests (`q`) a client address has in how many seconds (`w`).",
        "schema": {"type": "string", "examples": ['"address";q=300;w=1']},
    },
    "RateLimit": {
        "description": "How many are left (`r`), and for how many seconds (`t`). "
        "Missing while nobody counts.",
        "schema": {"type": "string", "examples": ['"address";r=299;t=1']},
    },
}
_ETAG = {
    "ETag": {
        "description": "What `If-Match` names to change what was read, and nothing newer.",
        "schema": {"type": "string", "examples": ['"3"']},
    }
}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer", "minimum": 1, "examples": [2]},
    }
}
_CHALLENGE = {
    "WWW-Authenticate": {
        "description": "How to log in.",
        "schema": {"type": "string", "examples": ['Bearer realm="ha-soranu"']},
    }
}
_HEADERS = {**_REQUEST_ID, **_LIMITS, **_ETAG, **_RETRY, **_CHALLENGE}
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: _CHALLENGE,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY,
}
_EVENTS = """\
id: 3
event: order_confirmed
data: {"order_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "sequence": 3, \
"status": "confirmed", "at": "2027-01-07T11:30:00Z"}

"""


def problems(codes: Sequence[str]) -> dict[str, Any]:
    """The answer of an operation that is refused with one of the codes."""
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
    }
    return {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {_PROBLEM: content},
    }


def complete(document: dict[str, Any]) -> None:
    """In place. What many operations share, they refer to."""
    components = document["components"]
    examples = Examples(components["schemas"])
    shown: dict[str, Any] = {}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            if path.startswith("/api/"):
                _show_revisions(operation)
                _require_key(operation)
                _add_refusals(operation)
                _add_headers(operation, _LIMITS)
            _add_headers(operation, _REQUEST_ID)
            _add_examples(operation, examples)
            shown |= _problems_of(operation) | _answers_of(operation, examples)
    components |= {"examples": shown, "headers": _HEADERS}


def _show_revisions(operation: Operation) -> None:
    """`If-Match` belongs to what it can prevent; the ETag is shown wherever one may be read."""
    revised = [each for each in operation.get("parameters", []) if each["name"] == "If-Match"]
    if not revised:
        return
    if "412" not in operation["responses"]:
        operation["parameters"].remove(revised[0])
    for status, answer in operation["responses"].items():
        if int(status) < _ANSWERED:
            _add_header(answer, *_ETAG)


def _require_key(operation: Operation) -> None:
    """A missing key has a refusal of its own, so its route takes none; clients must send one."""
    if "idempotency_key_missing" in _codes(operation["responses"].get("400", {})):
        for each in operation["parameters"]:
            if each["name"] == "Idempotency-Key":
                each["required"] = True
                each["schema"] = {"type": "string", "pattern": r"^[\x20-\x7e]{1,255}$"}


def _add_refusals(operation: Operation) -> None:
    """What a route has said itself stays, and what may befall every one of its form is added."""
    responses = operation["responses"]
    own = {status: _codes(answer) for status, answer in responses.items() if status >= "400"}
    for status, code in _general(operation):
        own[str(status.value)] = [*own.get(str(status.value), []), code]
    for name in [status for status in responses if status >= "400"]:
        del responses[name]
    for name, codes in sorted(own.items()):
        # FastAPI's own 422 is of another form, and it is there too where nothing can be wrong.
        if codes:
            status = HTTPStatus(int(name))
            responses[name] = problems(sorted(set(codes)))
            _add_header(responses[name], *_BY_STATUS.get(status, {}))


def _general(operation: Operation) -> Iterator[tuple[HTTPStatus, str]]:
    yield HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests"
    yield HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"
    if "security" in operation:
        yield HTTPStatus.UNAUTHORIZED, "unauthenticated"
    if operation.get("parameters") or "requestBody" in operation:
        yield HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"
    if "requestBody" in operation:
        yield HTTPStatus.BAD_REQUEST, "bad_request"
        yield HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large"


def _codes(answer: dict[str, Any]) -> list[str]:
    return [*answer.get("content", {}).get(_PROBLEM, {}).get("examples", {})]


def _add_headers(operation: Operation, headers: dict[str, Any]) -> None:
    for answer in operation["responses"].values():
        _add_header(answer, *headers)


def _add_header(answer: dict[str, Any], *names: str) -> None:
    references = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    answer.setdefault("headers", {}).update(references)


def _add_examples(operation: Operation, examples: Examples) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _sent(content["schema"])
        content.setdefault("example", examples.body(content["schema"]))
    for answer in operation["responses"].values():
        content = answer.get("content", {})
        if _JSON in content:
            _add_example(content[_JSON], examples)
        if _STREAM in content:
            content[_STREAM].setdefault("example", _EVENTS)


def _sent(schema: dict[str, Any]) -> dict[str, Any]:
    """Of a body that may be left out: that it may be null besides is of no use to anybody."""
    forms = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return forms[0] if len(forms) == 1 else schema


def _add_example(content: dict[str, Any], examples: Examples) -> None:
    """What many answer is shown once, under its own name."""
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    if name:
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}
    else:
        content["example"] = examples.answer(content["schema"])


def _problems_of(operation: Operation) -> dict[str, Any]:
    return {
        code: {"value": _problem(HTTPStatus(int(status)), code)}
        for status, answer in operation["responses"].items()
        for code in _codes(answer)
    }


def _answers_of(operation: Operation, examples: Examples) -> dict[str, Any]:
    contents = [answer.get("content", {}) for answer in operation["responses"].values()]
    return {
        name: {"value": examples.answer(content[_JSON]["schema"])}
        for content in contents
        for name in content.get(_JSON, {}).get("examples", {})
    }


def _problem(status: HTTPStatus, code: str) -> dict[str, Any]:
    return {
        "type": f"urn:ha-soranu:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": "What it means for this request, in a sentence.",
        "code": code,
        "request_id": "5f0c1d6c2b9a4c0e",
    }

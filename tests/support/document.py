"""The OpenAPI document as tests read it: its operations, and whether an answer is one of theirs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx
from jsonschema_rs import Draft202012, Draft202012Validator, Registry

BASE = "/api/v1"
PROBLEM = "application/problem+json"
STREAM = "text/event-stream"

# A name for the document itself, which nobody looks up.
_URI = "urn:openapi"


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the document has it; `name` is like `GET /orders/{order_id}`."""

    name: str
    method: str
    path: str
    spec: dict[str, Any]

    @property
    def needs_login(self) -> bool:
        return {} not in self.spec.get("security", [{}])

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{\w+\}", "[^/]+", self.path))

    def contents(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Everything that is sent or answered: its place in the operation, and what is there."""
        bodies = self.spec.get("requestBody", {}).get("content", {})
        yield from ((f"requestBody/content/{_escaped(kind)}", bodies[kind]) for kind in bodies)
        for status, answer in self.spec["responses"].items():
            for kind, content in answer.get("content", {}).items():
                yield f"responses/{status}/content/{_escaped(kind)}", content

    def codes(self, status: int | str) -> set[str]:
        """The problems that it may answer with this status."""
        answer = self.spec["responses"].get(str(status), {})
        return set(answer.get("content", {}).get(PROBLEM, {}).get("examples", {}))


@dataclass(frozen=True)
class Document:
    document: dict[str, Any]
    _validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    @cached_property
    def _registry(self) -> Registry:
        return Registry([(_URI, self.document)], draft=Draft202012)

    @cached_property
    def operations(self) -> list[Operation]:
        """Those under the base path."""
        return [
            Operation(f"{method.upper()} {path.removeprefix(BASE)}", method, path, spec)
            for path, methods in self.document["paths"].items()
            for method, spec in methods.items()
            if path.startswith(BASE)
        ]

    def operation(self, method: str, path: str) -> Operation | None:
        """That which serves the path; where several could, the one with fewer parameters."""
        serving = [
            each
            for each in self.operations
            if each.method == method.lower() and each.pattern.fullmatch(path)
        ]
        return min(serving, key=lambda each: each.path.count("{"), default=None)

    def examples(self, content: dict[str, Any]) -> list[Any]:
        """The values that are shown for it."""
        if "example" in content:
            return [content["example"]]
        shared = self.document["components"]["examples"]
        return [
            shared[each["$ref"].rpartition("/")[2]]["value"]
            for each in content["examples"].values()
        ]

    def faults(self, operation: Operation, place: str, value: Any) -> list[str]:
        """What is wrong with a value that is to be of the schema at this place of the operation."""
        here = f"#/paths/{_escaped(operation.path)}/{operation.method}/{place}/schema"
        # Most are but a name, and every name is compiled once.
        pointer = dict(operation.contents())[place]["schema"].get("$ref", here)
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator(
                {"$ref": f"{_URI}{pointer}"}, registry=self._registry, validate_formats=True
            )
        errors = self._validators[pointer].iter_errors(value)
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in errors]

    async def wrong_with(self, answer: httpx.Response) -> list[str]:
        """What an answer says or does that the document doesn't; a stream is not waited for."""
        operation = self.operation(answer.request.method, answer.request.url.path)
        if operation is None:
            return []
        kind = answer.headers.get("content-type", "").partition(";")[0]
        return [
            f"{operation.name} answered {answer.status_code}: {fault}"
            for fault in await self._wrong(operation, answer, kind)
        ]

    async def _wrong(self, operation: Operation, answer: httpx.Response, kind: str) -> list[str]:
        documented = operation.spec["responses"].get(str(answer.status_code))
        if documented is None:
            return ["no such status"]
        if kind not in documented.get("content", {"": {}}):
            return [f"no content of type {kind!r}"]
        if kind in {"", STREAM}:
            return []
        await answer.aread()
        body = answer.json()
        if kind == PROBLEM and body["code"] not in operation.codes(answer.status_code):
            return [f"no such code: {body['code']}"]
        place = f"responses/{answer.status_code}/content/{_escaped(kind)}"
        return self.faults(operation, place, body)


def _escaped(part: str) -> str:
    """For a JSON pointer in a URI (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")

"""The key that makes a repeated request the same request, and the hash that tells others apart."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request

from domain.errors import IdempotencyKeyMissing

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def request_hash(body: bytes) -> str:
    """SHA-256 of a JSON body as parsed: order of fields, spaces and escapes don't count.

    Nor does how a number is written: 9 is 9.0. Raises `ValueError` for what is not JSON, and
    `RecursionError` for what nests too deeply.
    """
    return hash_of(json.loads(body, parse_float=_number))


def hash_of(parsed: object) -> str:
    """The same of what was parsed, or never was a body."""
    canonical = json.dumps(parsed, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() else number


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Of one request: the key scopes it, the hash is what the key stands for."""

    key: str
    request_hash: str


async def _required(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="1-255 printable ASCII characters.",
            examples=["3f1c9e"],
        ),
    ] = None,
) -> Idempotency:
    if idempotency_key is None or not _KEY.fullmatch(idempotency_key):
        message = "Send an Idempotency-Key of 1 to 255 printable ASCII characters."
        raise IdempotencyKeyMissing(message)
    return Idempotency(idempotency_key, await _body_hash(request))


Required = Annotated[Idempotency, Depends(_required)]

OptionalKey = Annotated[
    str | None, Header(alias="Idempotency-Key", pattern=r"^[\x20-\x7e]{1,255}$")
]
"""Where repeating an action is harmless anyway; a key spares asking the order twice."""


async def _given(request: Request, idempotency_key: OptionalKey = None) -> Idempotency | None:
    if idempotency_key is None:
        return None
    return Idempotency(idempotency_key, await _body_hash(request))


Given = Annotated[Idempotency | None, Depends(_given)]
"""The same, with what the key stands for."""


async def _body_hash(request: Request) -> str:
    try:
        return request_hash(await request.body())
    except (ValueError, RecursionError):
        # The body is refused for what it is, by whoever reads it.
        return ""

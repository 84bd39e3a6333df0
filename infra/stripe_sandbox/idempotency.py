"""Idempotency keys: https://docs.stripe.com/api/idempotent_requests."""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from infra.stripe_sandbox.errors import StripeError

RETENTION_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """A POST under a key: the key is the account's, and stands for one path and its parameters."""

    account: str
    key: str
    path: str
    parameters: str

    @classmethod
    def of(cls, account: str, key: str, path: str, form: dict[str, Any]) -> "KeyedRequest":
        if len(key) > LONGEST_KEY:
            raise StripeError(
                400,
                f"Idempotency keys may be at most {LONGEST_KEY} characters long.",
                type="idempotency_error",
            )
        digest = hashlib.sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()
        return cls(account=account, key=key, path=path, parameters=digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    status: int
    body: str
    request_id: str


def stored_answer(
    connection: sqlite3.Connection, request: KeyedRequest, *, now: float
) -> StoredAnswer | None:
    """What the key's first request was answered; raises where that was another request."""
    row = connection.execute(
        "SELECT * FROM idempotency_keys WHERE account = ? AND key = ? AND created_at > ?",
        (request.account, request.key, now - RETENTION_SECONDS),
    ).fetchone()
    if row is None:
        return None
    if row["path"] != request.path:
        raise _other_request(
            request,
            f"for the same endpoint they were first used for ('{request.path}' vs '{row['path']}')",
        )
    if row["parameters"] != request.parameters:
        raise _other_request(request, "with the same parameters they were first used with")
    return StoredAnswer(status=row["status"], body=row["body"], request_id=row["request_id"])


def store(
    connection: sqlite3.Connection, request: KeyedRequest, answer: StoredAnswer, *, now: float
) -> None:
    # Only a key older than its retention can be in the way: a younger one was replayed.
    connection.execute(
        "INSERT OR REPLACE INTO idempotency_keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.account,
            request.key,
            request.path,
            request.parameters,
            answer.status,
            answer.body,
            answer.request_id,
            now,
        ),
    )


def in_use(key: str) -> StripeError:
    error = StripeError(
        409,
        "There is currently another in-progress request using this Idempotent Key (that probably"
        " means you submitted twice, and the other request is still going through):"
        f" {key}. Please try again later.",
        type="idempotency_error",
        code="idempotency_key_in_use",
    )
    error.headers["Stripe-Should-Retry"] = "true"
    return error


def _other_request(request: KeyedRequest, condition: str) -> StripeError:
    return StripeError(
        400,
        f"Keys for idempotent requests can only be used {condition}. Try using a key other than"
        f" '{request.key}' if you meant to execute a different request.",
        type="idempotency_error",
    )

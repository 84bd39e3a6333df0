"""Answers as Stripe sends them, and the ones that never arrive."""

import json
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.idempotency import KeyedRequest, StoredAnswer

# Cuts the connection of a client, given as (host, port).
Cut = Callable[[tuple[str, int]], None]


class Unanswered(Response):
    """The client waits until it gives up, or until `cut` ends its connection."""

    def __init__(self, cut: Cut | None = None) -> None:
        super().__init__()
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's.
        if self._cut:
            self._cut(tuple(scope["client"]))
        while (await receive())["type"] != "http.disconnect":
            pass


def result(status: int, body: object, request_id: str) -> StoredAnswer:
    return StoredAnswer(status=status, body=json.dumps(body), request_id=request_id)


def refusal(error: StripeError, request_id: str) -> StoredAnswer:
    return result(error.status, {"error": error.error}, request_id)


def refused(error: StripeError, request_id: str) -> Response:
    """The answer of a request that never began."""
    return _response(refusal(error, request_id), request_id, error.headers)


def first(answer: StoredAnswer, keyed: KeyedRequest | None = None) -> Response:
    """The answer of a request that ran now."""
    return _response(answer, answer.request_id, _key_headers(answer, keyed) if keyed else {})


def replayed(answer: StoredAnswer, keyed: KeyedRequest, request_id: str) -> Response:
    headers = _key_headers(answer, keyed) | {"Idempotent-Replayed": "true"}
    if answer.status >= 500:  # noqa: PLR2004 - any server error
        # The same key would only be told the same again.
        headers["Stripe-Should-Retry"] = "false"
    return _response(answer, request_id, headers)


def _key_headers(answer: StoredAnswer, keyed: KeyedRequest) -> dict[str, str]:
    return {"Idempotency-Key": keyed.key, "Original-Request": answer.request_id}


def _response(answer: StoredAnswer, request_id: str, headers: dict[str, str]) -> Response:
    return Response(
        answer.body,
        status_code=answer.status,
        headers={"Request-Id": request_id} | headers,
        media_type="application/json",
    )

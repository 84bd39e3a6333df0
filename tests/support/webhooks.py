"""A webhook endpoint of a test's own, which keeps what it gets and may refuse it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
import uvicorn
from fastapi import FastAPI, Request, Response

from tests.support.serving import serving

SECRET = "whsec_of_a_test"


class WebhookEndpoint:
    """`signed` and `events` are what was accepted, in the order of arrival."""

    def __init__(self) -> None:
        self.url = ""
        self.signed: list[tuple[bytes, str]] = []
        self.refused = 0
        self._refusals = 0

    def refuse(self, times: int) -> None:
        """Answer the next so many with 500."""
        self._refusals = times

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body, _ in self.signed]

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    def wait_for(self, amount: int, *, seconds: float = 20) -> list[dict[str, Any]]:
        """The events, once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.signed) < amount:
            assert time.monotonic() < deadline, f"Only these arrived: {self.types}"
            time.sleep(0.01)
        return self.events

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        if self._refusals:
            self._refusals -= 1
            self.refused += 1
            return Response(status_code=500)
        signature = request.headers["Stripe-Signature"]
        stripe.WebhookSignature.verify_header(body.decode(), signature, SECRET, tolerance=300)
        self.signed.append((body, signature))
        return Response(status_code=200)


@contextmanager
def webhook_endpoint() -> Iterator[WebhookEndpoint]:
    endpoint = WebhookEndpoint()
    app = FastAPI()
    app.add_route("/webhooks", endpoint.receive, methods=["POST"])
    with serving(app, by=uvicorn.Server) as url:
        endpoint.url = f"{url}/webhooks"
        yield endpoint

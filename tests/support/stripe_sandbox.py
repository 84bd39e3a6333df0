"""A Stripe sandbox of a test's own, that may be killed, and clients that talk to it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import stripe

from infra.stack.commands import tied
from infra.stack.ports import free_port
from infra.stack.settings import ROOT

_READY_SECONDS = 20

# Makes a PaymentIntent; keyword arguments are parameters of Stripe's.
Create = Callable[..., stripe.PaymentIntent]


def intent_params(order_id: str, **more: Any) -> Any:
    """Of a PaymentIntent of 10.00 USD for the order: confirmed and held, unless told otherwise."""
    return {
        "amount": 1000,
        "capture_method": "manual",
        "confirm": True,
        "currency": "usd",
        "metadata": {"order_id": order_id},
        "payment_method": "pm_card_visa",
        "allowed_payment_method_types": ["card"],
    } | more


class Knobs:
    """What a test does to a sandbox, at `url`, beside Stripe's API.

    With a `key` the clock, the faults and the webhooks are those of that account alone, so that
    tests don't disturb each other; without one they are everybody's.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=10, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def ledger(self, order_id: str | None = None) -> list[dict[str, Any]]:
        query = {} if order_id is None else {"order_id": order_id}
        items: list[dict[str, Any]] = self.get("/_ledger", query)["items"]
        return items

    def movements(self, order_id: str) -> list[tuple[str, int]]:
        """What the ledger says of one order: (kind, amount in minor units)."""
        return [(entry["kind"], entry["amount"]) for entry in self.ledger(order_id)]

    def authenticate(self, intent: str, outcome: str) -> None:
        self.post(f"/_authenticate/{intent}", {"outcome": outcome})

    def settle_refund(self, refund: str, status: str) -> None:
        self.post(f"/_control/refunds/{refund}", {"status": status})

    def open_dispute(self, intent: str, **more: Any) -> str:
        """The id of a dispute of a PaymentIntent's charge; `more`: amount, reason, inquiry."""
        body = {"payment_intent": intent} | more
        return str(self.post("/_control/disputes", body)["id"])

    def close_dispute(self, dispute: str, status: str) -> None:
        """`won` or `lost`, and of an inquiry `warning_closed`."""
        self.post(f"/_control/disputes/{dispute}", {"status": status})

    def advance_clock(self, seconds: float) -> None:
        self.post("/_control/clock", {"advance_seconds": seconds})

    def add_fault(self, fault: str, path: str, **more: Any) -> None:
        self.post("/_control/faults", {"fault": fault, "path": path} | more)

    def clear_faults(self) -> None:
        self.delete("/_control/faults")

    def send_webhooks_to(self, url: str, secret: str) -> None:
        self.post("/_control/webhooks", {"url": url, "secret": secret})

    def send_no_webhooks(self) -> None:
        self.delete("/_control/webhooks")

    def add_webhook_rule(self, knob: str, **more: Any) -> None:
        """`knob`: delay, drop, duplicate, reorder; `more`: type, times, seconds, copies."""
        self.post("/_control/webhooks/rules", {"knob": knob} | more)

    def clear_webhook_rules(self) -> None:
        self.delete("/_control/webhooks/rules")

    def pending_webhooks(self) -> list[dict[str, Any]]:
        """What was not delivered yet: id, event, attempts, next_at, held_by, follows."""
        pending: list[dict[str, Any]] = self.get("/_control/webhooks")["pending"]
        return pending

    def send_again(self, event: str) -> None:
        self.post(f"/_control/events/{event}", {})

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._http.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._http.post(path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def delete(self, path: str) -> None:
        self._http.delete(path).raise_for_status()


class Sandbox(Knobs):
    """The server as a child process on a free port; its database outlives it."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}")
        self._environment = {
            "STRIPE_SANDBOX_PORT": str(self.port),
            "STRIPE_SANDBOX_DB": str(folder / "stripe-sandbox.db"),
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            tied([sys.executable, "-m", "infra.stripe_sandbox"]),
            cwd=ROOT,
            env=os.environ | self._environment,
        )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._ready():
            assert self._process.poll() is None, "the sandbox ended while it started"
            assert time.monotonic() < deadline, "the sandbox did not become ready"

    def kill(self, with_signal: signal.Signals = signal.SIGKILL) -> None:
        if self._process:
            self._process.send_signal(with_signal)
            self._process.wait(timeout=10)

    def close(self) -> None:
        self.kill(signal.SIGTERM)
        super().close()

    def _ready(self) -> bool:
        try:
            return self._http.get("/health/ready").is_success
        except httpx.TransportError:
            return False


def new_key() -> str:
    """Of an account that nobody used before."""
    return f"sk_test_{uuid4().hex}"


@contextmanager
def knobs_of(url: str, key: str | None = None) -> Iterator[Knobs]:
    """The knobs of one account of a sandbox that runs, or of the whole sandbox."""
    knobs = Knobs(url, key)
    try:
        yield knobs
    finally:
        knobs.close()


@contextmanager
def running_sandbox(
    folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Sandbox]:
    """`environment`: what its process gets besides its port and its file."""
    sandbox = Sandbox(folder, environment)
    try:
        sandbox.start()
        yield sandbox
    finally:
        sandbox.close()


@contextmanager
def client_of(url: str | None, key: str) -> Iterator[stripe.StripeClient]:
    """Of the sandbox at `url`, or of Stripe where there is none."""
    transport = stripe.RequestsClient(timeout=30)
    try:
        yield _client(url, key, transport)
    finally:
        transport.close()


@asynccontextmanager
async def async_client_of(
    url: str | None, key: str, *, patience: float = 30
) -> AsyncIterator[stripe.StripeClient]:
    transport = stripe.HTTPXClient(timeout=patience)
    try:
        yield _client(url, key, transport)
    finally:
        await transport.close_async()


def _client(url: str | None, key: str, transport: stripe.HTTPClient) -> stripe.StripeClient:
    if url is None:
        return stripe.StripeClient(key, http_client=transport, max_network_retries=0)
    return stripe.StripeClient(
        key,
        # All four: a host left out would be Stripe's own.
        base_addresses={"api": url, "connect": url, "files": url, "meter_events": url},
        http_client=transport,
        max_network_retries=0,
    )

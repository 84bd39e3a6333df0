"""A Stripe sandbox of a test's own, that may be killed, and clients that talk to it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import stripe

from infra.stack.commands import tied
from infra.stack.ports import free_port
from infra.stack.settings import ROOT

_READY_SECONDS = 20


class Sandbox:
    """The server as a child process on a free port; its database outlives it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database = folder / "stripe-sandbox.db"
        self._process: subprocess.Popen[bytes] | None = None
        self._http = httpx.Client(base_url=self.url, timeout=10)

    def start(self) -> None:
        self._process = subprocess.Popen(
            tied([sys.executable, "-m", "infra.stripe_sandbox"]),
            cwd=ROOT,
            env=os.environ
            | {
                "STRIPE_SANDBOX_PORT": str(self.port),
                "STRIPE_SANDBOX_DB": str(self._database),
            },
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

    def add_fault(self, fault: str, path: str, **more: Any) -> None:
        self.post("/_control/faults", {"fault": fault, "path": path} | more)

    def clear_faults(self) -> None:
        self._http.delete("/_control/faults").raise_for_status()

    def advance_clock(self, seconds: float) -> None:
        self.post("/_control/clock", {"advance_seconds": seconds})

    def get(self, path: str, query: dict[str, Any] | None = None) -> Any:
        return self._http.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._http.post(path, json=body).raise_for_status().json()

    def _ready(self) -> bool:
        try:
            return self._http.get("/health/ready").is_success
        except httpx.TransportError:
            return False


@contextmanager
def running_sandbox(folder: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(folder)
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

"""One sandbox for all of these tests, and an account of its own for each."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_sandbox import (
    Create,
    Knobs,
    Sandbox,
    async_client_of,
    client_of,
    intent_params,
    knobs_of,
    new_key,
    running_sandbox,
)
from tests.support.webhooks import SECRET, WebhookEndpoint, webhook_endpoint


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def knobs(server: Sandbox, key: str) -> Iterator[Knobs]:
    """Of the test's account."""
    with knobs_of(server.url, key) as knobs:
        yield knobs


@pytest.fixture
def client(server: Sandbox, key: str) -> Iterator[stripe.StripeClient]:
    with client_of(server.url, key) as client:
        yield client


@pytest.fixture
async def async_client(server: Sandbox, key: str) -> AsyncIterator[stripe.StripeClient]:
    async with async_client_of(server.url, key) as client:
        yield client


@pytest.fixture
async def hasty_client(server: Sandbox, key: str) -> AsyncIterator[stripe.StripeClient]:
    """Gives up after half a second."""
    async with async_client_of(server.url, key, patience=0.5) as client:
        yield client


@pytest.fixture
def order_id() -> str:
    return str(uuid4())


@pytest.fixture
def create(client: stripe.StripeClient, order_id: str) -> Create:
    """A PaymentIntent of 10.00 USD for the order."""

    def create(**more: Any) -> stripe.PaymentIntent:
        return client.v1.payment_intents.create(intent_params(order_id, **more))

    return create


@pytest.fixture
def endpoint(knobs: Knobs) -> Iterator[WebhookEndpoint]:
    """Where the webhooks of the test's account go."""
    with webhook_endpoint() as endpoint:
        knobs.send_webhooks_to(endpoint.url, SECRET)
        yield endpoint
        knobs.send_no_webhooks()

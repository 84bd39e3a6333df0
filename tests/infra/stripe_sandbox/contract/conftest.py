"""What this project relies on of Stripe, asked of the sandbox and of Stripe itself.

Stripe is asked where STRIPE_TEST_KEY holds a test key; what only the sandbox can do is tested in
the folder above.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from tests.support.stripe_sandbox import (
    Create,
    Sandbox,
    client_of,
    intent_params,
    knobs_of,
    new_key,
)

STRIPE_KEY = os.environ.get("STRIPE_TEST_KEY", "")


@pytest.fixture(
    params=[
        "sandbox",
        pytest.param(
            "stripe",
            marks=[
                pytest.mark.enable_socket,
                pytest.mark.skipif(not STRIPE_KEY, reason="needs STRIPE_TEST_KEY"),
            ],
        ),
    ]
)
def vendor(request: pytest.FixtureRequest) -> tuple[str | None, str]:
    """Where the API is (None: at Stripe's own address) and the key to it."""
    if request.param == "stripe":
        return None, STRIPE_KEY
    server: Sandbox = request.getfixturevalue("server")
    return server.url, new_key()


@pytest.fixture
def wait(vendor: tuple[str | None, str]) -> Callable[[], None]:
    """Let pass what Stripe calls some time: the sandbox needn't be waited for."""

    def wait() -> None:
        url, key = vendor
        if url:
            with knobs_of(url, key) as knobs:
                knobs.advance_clock(5)

    return wait


@pytest.fixture
def client(vendor: tuple[str | None, str]) -> Iterator[stripe.StripeClient]:
    with client_of(*vendor) as client:
        yield client


@pytest.fixture
def customer(client: stripe.StripeClient) -> stripe.Customer:
    return client.v1.customers.create({"metadata": {"account": "contract"}})


@pytest.fixture
def create(client: stripe.StripeClient, customer: stripe.Customer) -> Create:
    """A PaymentIntent of 10.00 USD: confirmed, held, paid by pm_card_visa, unless told."""

    def create(key: str | None = None, **more: Any) -> stripe.PaymentIntent:
        params = intent_params("contract", **({"customer": customer.id} | more))
        sent: Any = {name: value for name, value in params.items() if value is not None}
        return client.v1.payment_intents.create(
            sent, {"idempotency_key": key} if key is not None else None
        )

    return create


@pytest.fixture
def captured(client: stripe.StripeClient, create: Create) -> stripe.PaymentIntent:
    return client.v1.payment_intents.capture(create().id)

"""The gateway, and the sandbox behind it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from stripe import HTTPXClient, StripeClient

from adapters.settings import StripeSettings
from adapters.stripe.gateway import Hold, StripeGateway, client_of
from domain.charges import AttachedMethod

# A fixture is found by its name in the conftest.
from tests.support.bank import account, bank
from tests.support.payments import OrderMoney, gateway, money


@pytest.fixture
async def client(account: StripeSettings) -> AsyncIterator[StripeClient]:
    """The plain library on the account of the gateway under test."""
    transport = HTTPXClient(timeout=5)
    yield client_of(account, transport)
    await transport.close_async()


@pytest.fixture
async def customer(gateway: StripeGateway) -> str:
    return await gateway.create_customer(uuid4(), key=uuid4().hex)


@pytest.fixture
async def method(gateway: StripeGateway, customer: str) -> AttachedMethod:
    return await gateway.attach("pm_card_visa", customer=customer, key=uuid4().hex)


@pytest.fixture
def hold(money: OrderMoney, customer: str) -> Hold:
    return Hold(
        order_id=money.order_id,
        step=money.key("authorize"),
        customer=customer,
        amount=money.amount,
    )


@pytest.fixture
async def intent(gateway: StripeGateway, hold: Hold, method: AttachedMethod) -> str:
    charge = await gateway.authorize(hold, method=method, key="key")
    assert charge.id
    return charge.id

"""The gateway against the sandbox: what it sends, and what it makes of the answers."""

import time
from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import uuid4

import pytest
import stripe
from pydantic import SecretStr
from stripe import StripeClient
from stripe._base_address import BaseAddress

from adapters.settings import StripeSettings
from adapters.stripe.answers import KeySpent
from adapters.stripe.gateway import Hold, StripeGateway, connect
from adapters.stripe.methods import CAPTURES
from domain.charges import AttachedMethod
from domain.errors import PaymentDeclined
from tests.support.bank import Bank


def now() -> datetime:
    return datetime.now(UTC)


class TestConnect:
    @pytest.mark.parametrize("host", get_args(BaseAddress))
    async def test_sends_every_kind_of_request_to_the_address_it_was_given(
        self, client: StripeClient, host: str
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
            client.deserialize(
                await client.raw_request_async("get", "/v1/nowhere", base=host), api_mode="V1"
            )

    async def test_does_not_retry(
        self, gateway: StripeGateway, bank: Bank, hold: Hold, method: AttachedMethod
    ) -> None:
        await bank.fail("error_before", "/v1/payment_intents", times=2)
        with pytest.raises(stripe.APIError):
            await gateway.authorize(hold, method=method, key="one")
        with pytest.raises(stripe.APIError):
            await gateway.authorize(hold, method=method, key="two")
        await bank.has_used_up_its_faults()

    @pytest.mark.hanging
    async def test_gives_up_after_the_timeout(
        self, gateway: StripeGateway, bank: Bank, hold: Hold, method: AttachedMethod
    ) -> None:
        await bank.fail("hang_before", "/v1/payment_intents")
        begun = time.monotonic()
        with pytest.raises(stripe.APIConnectionError):
            await gateway.authorize(hold, method=method, key="key")
        assert time.monotonic() - begun < 10

    async def test_means_stripe_itself_where_no_address_is_given(self) -> None:
        settings = StripeSettings(secret_key=SecretStr("sk_test_x"), base_url="")
        gateway = connect(settings)
        await gateway.close()


class TestCustomersAndMethods:
    async def test_carry_the_account(self, gateway: StripeGateway, client: StripeClient) -> None:
        account_id = uuid4()
        made = await gateway.create_customer(account_id, key="one")
        assert await gateway.create_customer(account_id, key="one") == made
        customer = await client.v1.customers.retrieve_async(made)
        assert customer.metadata
        assert customer.metadata.to_dict() == {"account_id": str(account_id)}

    async def test_are_attached(
        self, client: StripeClient, customer: str, method: AttachedMethod
    ) -> None:
        attached = await client.v1.payment_methods.retrieve_async(method.id)
        assert attached.customer == customer

    async def test_know_their_kind(self, gateway: StripeGateway, customer: str) -> None:
        at_once = "pm_sandbox_capturedAtOnce"
        attached = await gateway.attach(at_once, customer=customer, key=uuid4().hex)
        assert (attached.customer, attached.type) == (customer, "alipay")

    async def test_of_a_kind_that_is_not_accepted_are_declined(
        self, gateway: StripeGateway, customer: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(CAPTURES, "alipay")
        with pytest.raises(PaymentDeclined, match="can't be used"):
            await gateway.attach("pm_sandbox_capturedAtOnce", customer=customer, key=uuid4().hex)


class TestAuthorize:
    async def test_names_the_order_and_the_step(
        self, client: StripeClient, hold: Hold, intent: str
    ) -> None:
        made = await client.v1.payment_intents.retrieve_async(intent)
        assert made.metadata.to_dict() == {"order_id": str(hold.order_id), "step": hold.step}
        assert (made.capture_method, made.payment_method_types) == ("manual", ["card"])
        assert made.customer == hold.customer

    async def test_says_until_when_it_holds(
        self, gateway: StripeGateway, hold: Hold, intent: str
    ) -> None:
        lapses = (await gateway.retrieve(intent)).capture_before
        assert lapses
        assert timedelta(days=6) < lapses - now() < timedelta(days=8)
        found = await gateway.find(hold, since=now())
        assert found
        assert found.capture_before == lapses

    @pytest.mark.usefixtures("intent")
    async def test_sets_the_card_up_for_when_the_customer_is_away(
        self, gateway: StripeGateway, client: StripeClient, hold: Hold, method: AttachedMethod
    ) -> None:
        first = (await client.v1.payment_intents.list_async()).data[0]
        assert first.setup_future_usage == "off_session"
        held = await gateway.authorize(hold, method=method, key="again", again=True)
        assert held.id
        second = await client.v1.payment_intents.retrieve_async(held.id)
        assert second.setup_future_usage is None

    async def test_takes_at_once_what_can_not_be_held(
        self, gateway: StripeGateway, hold: Hold, customer: str
    ) -> None:
        at_once = "pm_sandbox_capturedAtOnce"
        method = await gateway.attach(at_once, customer=customer, key=uuid4().hex)
        charge = await gateway.authorize(hold, method=method, key="key")
        assert (charge.held, charge.captured, charge.settled) == (0, 2_300, True)

    async def test_lets_the_customer_be_asked_and_shows_nobody_the_secret(
        self, gateway: StripeGateway, hold: Hold, customer: str
    ) -> None:
        asks = "pm_card_authenticationRequired"
        method = await gateway.attach(asks, customer=customer, key=uuid4().hex)
        charge = await gateway.authorize(hold, method=method, key="key")
        assert charge.waits_for_the_customer
        assert charge.client_secret
        assert charge.client_secret not in repr(charge)

    async def test_happens_once_under_one_key(
        self, gateway: StripeGateway, hold: Hold, method: AttachedMethod
    ) -> None:
        first = await gateway.authorize(hold, method=method, key="key")
        assert await gateway.authorize(hold, method=method, key="key") == first
        assert (first.held, first.captured, first.settled) == (2_300, 0, False)

    async def test_does_not_take_a_method_of_somebody_else(
        self, gateway: StripeGateway, hold: Hold
    ) -> None:
        somebody = await gateway.create_customer(uuid4(), key=uuid4().hex)
        foreign = await gateway.attach("pm_card_visa", customer=somebody, key=uuid4().hex)
        with pytest.raises(PaymentDeclined, match="can't be used"):
            await gateway.authorize(hold, method=foreign, key="key")

    @pytest.mark.parametrize("fault", ["error_before", "error_after"])
    async def test_says_that_the_key_is_spent_once_stripe_replays_an_error(
        self, gateway: StripeGateway, bank: Bank, hold: Hold, method: AttachedMethod, fault: str
    ) -> None:
        await bank.fail(fault, "/v1/payment_intents")
        with pytest.raises(stripe.APIError):
            await gateway.authorize(hold, method=method, key="key")
        for _ in range(2):
            with pytest.raises(KeySpent):
                await gateway.authorize(hold, method=method, key="key")


class TestBlock:
    async def test_makes_a_late_authorization_come_to_nothing(
        self, gateway: StripeGateway, bank: Bank, hold: Hold, method: AttachedMethod
    ) -> None:
        blocked = await gateway.block(hold, key="key")
        assert blocked
        assert (blocked.held, blocked.settled) == (0, False)
        with pytest.raises(stripe.IdempotencyError):
            await gateway.authorize(hold, method=method, key="key")
        assert await bank.movements(hold.order_id) == []
        assert await gateway.block(hold, key="key") == blocked

    @pytest.mark.usefixtures("intent")
    async def test_says_when_the_key_was_used(self, gateway: StripeGateway, hold: Hold) -> None:
        assert await gateway.block(hold, key="key") is None

    async def test_says_when_the_key_was_spent_on_an_error(
        self, gateway: StripeGateway, bank: Bank, hold: Hold
    ) -> None:
        await bank.fail("error_before", "/v1/payment_intents")
        with pytest.raises(stripe.APIError):
            await gateway.block(hold, key="key")
        assert await gateway.block(hold, key="key") is None


class TestFind:
    async def test_knows_the_step_among_others_of_the_customer(
        self, gateway: StripeGateway, hold: Hold, method: AttachedMethod, intent: str
    ) -> None:
        for number in range(12):
            another = Hold(
                order_id=uuid4(), step=f"{number}", customer=hold.customer, amount=hold.amount
            )
            await gateway.authorize(another, method=method, key=f"{number}")
        found = await gateway.find(hold, since=now())
        assert found
        assert (found.id, found.held, found.refusal) == (intent, 2_300, None)

    async def test_finds_nothing_where_nothing_happened(
        self, gateway: StripeGateway, hold: Hold
    ) -> None:
        assert await gateway.find(hold, since=now()) is None

    @pytest.mark.usefixtures("intent")
    async def test_does_not_look_at_what_is_older_than_the_step(
        self, gateway: StripeGateway, hold: Hold
    ) -> None:
        assert await gateway.find(hold, since=now() + timedelta(days=365)) is None

    async def test_finds_the_refusal_too(
        self, gateway: StripeGateway, hold: Hold, customer: str
    ) -> None:
        declining = await gateway.attach(
            "pm_card_chargeCustomerFail", customer=customer, key=uuid4().hex
        )
        with pytest.raises(PaymentDeclined) as declined:
            await gateway.authorize(hold, method=declining, key="key")
        found = await gateway.find(hold, since=now())
        assert found
        assert isinstance(found.refusal, PaymentDeclined)
        assert str(found.refusal) == str(declined.value)

    async def test_says_that_a_hold_was_released(
        self, gateway: StripeGateway, hold: Hold, intent: str
    ) -> None:
        await gateway.cancel(intent, key="cancel")
        found = await gateway.find(hold, since=now())
        assert found
        assert isinstance(found.refusal, PaymentDeclined)

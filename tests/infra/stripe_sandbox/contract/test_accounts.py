"""Whose a request is, customers and their payment methods."""

import pytest
import stripe

from tests.support.stripe_answers import error_of, plain
from tests.support.stripe_sandbox import Create, async_client_of, client_of


class TestAccount:
    def test_is_refused_without_a_good_key(self, vendor: tuple[str | None, str]) -> None:
        with (
            client_of(vendor[0], "sk_live_nobody") as stranger,
            pytest.raises(stripe.AuthenticationError) as refusal,
        ):
            stranger.v1.customers.create({})
        assert refusal.value.http_status == 401
        assert error_of(refusal).type == "invalid_request_error"

    def test_names_every_request(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.customers.retrieve("cus_nobody")
        assert refusal.value.request_id is not None
        assert refusal.value.request_id.startswith("req_")


class TestCustomers:
    def test_are_found_again(self, client: stripe.StripeClient) -> None:
        created = client.v1.customers.create({"email": "ada@example.com", "metadata": {"7": "x"}})
        found = client.v1.customers.retrieve(created.id)
        assert found.id.startswith("cus_")
        assert (found.email, plain(found.metadata)) == ("ada@example.com", {"7": "x"})

    def test_are_resource_missing_when_unknown(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.customers.retrieve("cus_nobody")
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


class TestPaymentMethods:
    def test_become_the_customers_own_when_attached(
        self, client: stripe.StripeClient, customer: stripe.Customer
    ) -> None:
        first = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        second = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        assert first.id not in {"pm_card_visa", second.id}
        found = client.v1.payment_methods.retrieve(first.id)
        assert (found.customer, found.type) == (customer.id, "card")
        assert found.card is not None
        assert found.card.last4 == "4242"

    def test_can_be_attached_twice_to_the_same_customer(
        self, client: stripe.StripeClient, customer: stripe.Customer
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        again = client.v1.payment_methods.attach(method.id, {"customer": customer.id})
        assert again.id == method.id

    @pytest.mark.parametrize(
        ("method", "code"),
        [
            ("pm_card_visa_chargeDeclined", "card_declined"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ],
    )
    def test_are_refused_by_the_bank_when_the_card_always_declines(
        self, client: stripe.StripeClient, customer: stripe.Customer, method: str, code: str
    ) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            client.v1.payment_methods.attach(method, {"customer": customer.id})
        assert (refusal.value.http_status, refusal.value.code) == (402, code)

    def test_pay_again_and_again_once_attached(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        statuses = {create(payment_method=method.id).status for _ in range(2)}
        assert statuses == {"requires_capture"}

    def test_pay_once_when_no_customer_has_them(self, create: Create) -> None:
        used = create(customer=None).payment_method
        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            create(customer=None, payment_method=used)

    def test_can_not_be_attached_once_used(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        used = str(create(customer=None).payment_method)
        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            client.v1.payment_methods.attach(used, {"customer": customer.id})

    def test_do_not_pay_for_another_customer(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        other = client.v1.customers.create({})
        with pytest.raises(stripe.InvalidRequestError):
            create(payment_method=method.id, customer=other.id)


class TestAsyncClient:
    async def test_authorizes_and_captures(self, vendor: tuple[str | None, str]) -> None:
        async with async_client_of(*vendor) as client:
            intent = await client.v1.payment_intents.create_async(
                {
                    "amount": 1000,
                    "capture_method": "manual",
                    "confirm": True,
                    "currency": "usd",
                    "payment_method": "pm_card_visa",
                    "allowed_payment_method_types": ["card"],
                }
            )
            captured = await client.v1.payment_intents.capture_async(intent.id)
        assert captured.status == "succeeded"

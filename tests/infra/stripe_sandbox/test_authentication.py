"""The customer's bank and its customer."""

from typing import Any

import httpx
import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs


class TestAuthentication:
    def test_holds_the_amount_once_the_customer_is_known(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        knobs.authenticate(intent.id, "succeeded")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.next_action) == ("requires_capture", None)
        assert knobs.movements(order_id) == [("authorized", 1000)]

    def test_leaves_the_intent_without_a_method_when_it_fails(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        knobs.authenticate(intent.id, "failed")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.payment_method) == ("requires_payment_method", None)
        assert found.last_payment_error is not None
        assert found.last_payment_error.code == "payment_intent_authentication_failure"
        assert knobs.movements(order_id) == []

    def test_may_be_followed_by_a_decline(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
        intent = create(payment_method=method)
        knobs.authenticate(intent.id, "succeeded")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert found.status == "requires_payment_method"
        assert found.last_payment_error is not None
        assert found.last_payment_error.decline_code == "insufficient_funds"

    def test_is_asked_for_once(self, knobs: Knobs, create: Create) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        knobs.authenticate(intent.id, "succeeded")
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.authenticate(intent.id, "succeeded")

    def test_can_be_tried_again_with_another_method(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        knobs.authenticate(intent.id, "failed")
        again = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
        assert again.status == "requires_capture"

    def test_sets_a_card_up_for_payments_off_session(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        customer = client.v1.customers.create({}).id
        method = client.v1.payment_methods.attach(
            "pm_card_authenticationRequiredOnSetup", {"customer": customer}
        )
        theirs: Any = {"customer": customer, "payment_method": method.id}
        with pytest.raises(stripe.CardError) as refusal:
            create(off_session=True, **theirs)
        assert refusal.value.code == "authentication_required"
        first = create(setup_future_usage="off_session", **theirs)
        knobs.authenticate(first.id, "succeeded")
        client.v1.payment_intents.cancel(first.id)
        assert create(off_session=True, **theirs).status == "requires_capture"
        assert create(**theirs).status == "requires_action"


class TestBanksPage:
    def test_asks_for_the_amount_and_leads_back_to_the_shop(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        shop = "http://127.0.0.1:8080/orders/1?from=bank"
        page = f"{knobs.url}/_authenticate/{intent.id}"
        query = {"return_url": shop}
        shown = httpx.get(page, params=query, timeout=30, trust_env=False)
        assert "1000 USD" in shown.text
        for _ in range(2):
            answer = httpx.post(
                f"{page}/form",
                params=query,
                data={"outcome": "succeeded"},
                timeout=30,
                trust_env=False,
            )
            assert (answer.status_code, answer.headers["location"]) == (303, shop)
        found = client.v1.payment_intents.retrieve(intent.id)
        assert found.status == "requires_capture"

"""What becomes of a hold, and what may not become of it."""

from typing import Any

import pytest
import stripe

from tests.support.stripe_answers import error_of
from tests.support.stripe_sandbox import Create


class TestCapture:
    def test_takes_the_whole_amount(self, client: stripe.StripeClient, create: Create) -> None:
        intent = client.v1.payment_intents.capture(create().id)
        assert intent.status == "succeeded"
        assert (intent.amount_received, intent.amount_capturable) == (1000, 0)
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert (charge.captured, charge.amount_captured) == (True, 1000)

    def test_takes_a_part_and_lets_go_of_the_rest(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id, {"amount_to_capture": 600})
        assert (intent.status, intent.amount_received, intent.amount) == ("succeeded", 600, 1000)
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert (charge.amount_captured, charge.amount_refunded) == (600, 0)

    def test_refuses_more_than_is_held(self, client: stripe.StripeClient, create: Create) -> None:
        intent = create()
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1001})
        assert refusal.value.code == "amount_too_large"
        assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


class TestCancel:
    @pytest.mark.parametrize(
        "of",
        [
            {"confirm": None, "payment_method": None},
            {"confirm": None},
            {"payment_method": "pm_card_authenticationRequired"},
            {},
        ],
        ids=["no method", "not confirmed", "not authenticated", "held"],
    )
    def test_ends_what_is_not_captured(
        self, client: stripe.StripeClient, create: Create, of: dict[str, Any]
    ) -> None:
        intent = client.v1.payment_intents.cancel(
            create(**of).id, {"cancellation_reason": "abandoned"}
        )
        assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")
        assert intent.amount_capturable == 0
        assert intent.canceled_at is not None
        assert client.v1.refunds.list({"payment_intent": intent.id}).data == []


class TestIllegalTransitions:
    @pytest.mark.parametrize("then", ["capture", "cancel", "confirm"])
    @pytest.mark.parametrize("first", ["capture", "cancel"])
    def test_are_refused_and_show_the_intent(
        self, client: stripe.StripeClient, create: Create, first: str, then: str
    ) -> None:
        intent = create()
        getattr(client.v1.payment_intents, first)(intent.id)
        ended = client.v1.payment_intents.retrieve(intent.id)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            getattr(client.v1.payment_intents, then)(intent.id)
        error = error_of(refusal)
        assert (refusal.value.http_status, error.type, error.code) == (
            400,
            "invalid_request_error",
            "payment_intent_unexpected_state",
        )
        assert error.payment_intent.status == ended.status

    def test_include_a_capture_of_what_is_not_held(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="requires_confirmation") as refusal:
            client.v1.payment_intents.capture(create(confirm=None).id)
        assert refusal.value.code == "payment_intent_unexpected_state"

    def test_include_a_confirmation_without_a_method(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
            client.v1.payment_intents.confirm(create(confirm=None, payment_method=None).id)

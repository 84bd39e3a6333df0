"""What the sandbox never says, and Stripe may."""

from typing import Any

import pytest
import stripe

from adapters.stripe.answers import StillProcessing, authorized


def an_intent(**given: Any) -> stripe.PaymentIntent:
    fields = {
        "id": "pi_1",
        "status": "processing",
        "amount_capturable": 0,
        "amount_received": 0,
        "currency": "usd",
        "latest_charge": None,
        "last_payment_error": None,
    }
    return stripe.PaymentIntent.construct_from(fields | given, "sk_test_x")


class TestAuthorized:
    def test_is_not_known_while_the_bank_has_not_answered(self) -> None:
        with pytest.raises(StillProcessing):
            authorized(an_intent())

    def test_is_refused_where_stripe_does_not_say_why(self) -> None:
        charge = authorized(an_intent(status="requires_payment_method"))
        assert "can't be used" in str(charge.refusal)

"""Money that goes back."""

from typing import Any

import pytest
import stripe

from tests.support.stripe_answers import plain
from tests.support.stripe_sandbox import Create


class TestRefunds:
    def test_give_back_all_that_remains_by_default(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        part = client.v1.refunds.create({"payment_intent": captured.id, "amount": 300})
        rest = client.v1.refunds.create(
            {"charge": str(captured.latest_charge), "reason": "requested_by_customer"}
        )
        assert (part.amount, rest.amount) == (300, 700)
        assert (part.status, rest.reason) == ("succeeded", "requested_by_customer")
        charge = client.v1.charges.retrieve(str(captured.latest_charge))
        assert (charge.amount_refunded, charge.refunded) == (1000, True)

    def test_give_back_what_was_captured_after_a_partial_capture(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id, {"amount_to_capture": 600})
        assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 600
        assert client.v1.charges.retrieve(str(intent.latest_charge)).refunded

    def test_are_refused_above_what_remains(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        client.v1.refunds.create({"payment_intent": captured.id, "amount": 300})
        with pytest.raises(stripe.InvalidRequestError, match="greater than") as refusal:
            client.v1.refunds.create({"payment_intent": captured.id, "amount": 701})
        assert refusal.value.param == "amount"

    def test_are_refused_once_all_is_given_back(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        client.v1.refunds.create({"payment_intent": captured.id})
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": captured.id})
        assert refusal.value.code == "charge_already_refunded"

    @pytest.mark.parametrize("of", [{}, {"confirm": None}], ids=["held", "not confirmed"])
    def test_are_refused_before_a_capture(
        self, client: stripe.StripeClient, create: Create, of: dict[str, Any]
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create({"payment_intent": create(**of).id})

    def test_are_found_by_id_and_by_intent(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        made = client.v1.refunds.create(
            {"payment_intent": captured.id, "amount": 100, "metadata": {"order_id": "contract"}}
        )
        assert plain(client.v1.refunds.retrieve(made.id).metadata) == {"order_id": "contract"}
        found = client.v1.refunds.list({"payment_intent": captured.id})
        assert [refund.id for refund in found.data] == [made.id]

    def test_are_pending_first_with_the_card_for_it(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_pendingRefund")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == "pending"

    def test_are_accepted_first_with_the_card_that_fails_them(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_refundFail")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == "succeeded"

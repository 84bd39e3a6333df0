"""Every movement of money, in order."""

import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs


class TestLedger:
    def test_tells_every_movement_in_order(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create()
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
        refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
        entries = knobs.ledger(order_id)
        assert [(entry["kind"], entry["amount"]) for entry in entries] == [
            ("authorized", 1000),
            ("captured", 600),
            ("voided", 400),
            ("refunded", 100),
        ]
        assert {entry["payment_intent"] for entry in entries} == {intent.id}
        assert [entry.get("refund") for entry in entries] == [None, None, None, refund.id]
        assert {entry["currency"] for entry in entries} == {"usd"}
        sequences = [entry["sequence"] for entry in entries]
        assert sequences == sorted(set(sequences))

    def test_starts_after_the_sequence_it_is_asked_for(self, knobs: Knobs, create: Create) -> None:
        before = knobs.get("/_ledger")["last_sequence"]
        intent = create()
        answer = knobs.get("/_ledger", {"after": before})
        assert [entry["payment_intent"] for entry in answer["items"]] == [intent.id]
        assert answer["last_sequence"] == answer["items"][-1]["sequence"]

    def test_has_nothing_of_a_decline(self, knobs: Knobs, create: Create, order_id: str) -> None:
        with pytest.raises(stripe.CardError):
            create(payment_method="pm_card_visa_chargeDeclined")
        assert knobs.movements(order_id) == []

    def test_tells_a_void(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        client.v1.payment_intents.cancel(create().id)
        assert knobs.movements(order_id) == [("authorized", 1000), ("voided", 1000)]


class TestCaptureThatFails:
    def test_lets_go_of_the_money_and_says_why(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_sandbox_captureFails")
        with pytest.raises(stripe.CardError) as refusal:
            client.v1.payment_intents.capture(intent.id)
        assert refusal.value.code == "card_declined"
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.amount_capturable) == ("requires_payment_method", 0)
        assert knobs.movements(order_id) == [("authorized", 1000), ("voided", 1000)]

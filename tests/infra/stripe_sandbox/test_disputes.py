"""Disputes as a test opens and closes them, and what they do to the money."""

import time

import httpx
import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs

DAY = 24 * 60 * 60
PAID = [("authorized", 1000), ("captured", 1000)]


@pytest.fixture
def paid(create: Create) -> stripe.PaymentIntent:
    return create(capture_method="automatic")


def told(client: stripe.StripeClient) -> list[str]:
    events = client.v1.events.list({"limit": 100}).data[::-1]
    return [event.type for event in events if event.type.startswith("charge.dispute.")]


class TestOpening:
    def test_takes_the_money(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        paid: stripe.PaymentIntent,
        order_id: str,
    ) -> None:
        opened = knobs.open_dispute(paid.id, amount=400, reason="product_not_received")
        dispute = client.v1.disputes.retrieve(opened)
        assert (dispute.amount, dispute.reason) == (400, "product_not_received")
        assert (dispute.status, dispute.is_charge_refundable) == ("needs_response", False)
        assert (dispute.evidence_details.due_by or 0) > time.time() + DAY
        assert [back.amount for back in dispute.balance_transactions] == [-400]
        assert client.v1.charges.retrieve(str(paid.latest_charge)).disputed
        assert knobs.movements(order_id) == [*PAID, ("disputed", 400)]
        assert told(client) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]

    def test_leaves_nothing_to_refund(
        self, knobs: Knobs, client: stripe.StripeClient, paid: stripe.PaymentIntent
    ) -> None:
        knobs.open_dispute(paid.id, amount=1)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": paid.id, "amount": 1})
        assert refusal.value.code == "charge_disputed"

    def test_is_about_what_was_not_given_back(
        self, knobs: Knobs, client: stripe.StripeClient, paid: stripe.PaymentIntent
    ) -> None:
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 300})
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.open_dispute(paid.id, amount=701)
        dispute = client.v1.disputes.retrieve(knobs.open_dispute(paid.id))
        assert dispute.amount == 700

    def test_is_possible_once(self, knobs: Knobs, paid: stripe.PaymentIntent) -> None:
        knobs.open_dispute(paid.id, amount=1)
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.open_dispute(paid.id, amount=1)

    def test_needs_a_capture(self, knobs: Knobs, create: Create) -> None:
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.open_dispute(create().id)


class TestClosing:
    def test_gives_the_money_back_when_it_is_won(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        paid: stripe.PaymentIntent,
        order_id: str,
    ) -> None:
        opened = knobs.open_dispute(paid.id)
        knobs.close_dispute(opened, "won")
        dispute = client.v1.disputes.retrieve(opened)
        assert dispute.status == "won"
        assert [back.amount for back in dispute.balance_transactions] == [-1000, 1000]
        assert knobs.movements(order_id) == [*PAID, ("disputed", 1000), ("dispute_won", 1000)]
        assert told(client)[2:] == [
            "charge.dispute.funds_reinstated",
            "charge.dispute.closed",
        ]
        assert client.v1.refunds.create({"payment_intent": paid.id}).amount == 1000

    def test_moves_nothing_when_it_is_lost(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        paid: stripe.PaymentIntent,
        order_id: str,
    ) -> None:
        opened = knobs.open_dispute(paid.id)
        knobs.close_dispute(opened, "lost")
        assert client.v1.disputes.retrieve(opened).status == "lost"
        assert knobs.movements(order_id) == [*PAID, ("disputed", 1000)]
        assert told(client)[2:] == ["charge.dispute.closed"]
        with pytest.raises(stripe.InvalidRequestError, match="charged back"):
            client.v1.refunds.create({"payment_intent": paid.id})

    def test_is_possible_once(
        self, knobs: Knobs, client: stripe.StripeClient, paid: stripe.PaymentIntent
    ) -> None:
        opened = knobs.open_dispute(paid.id)
        knobs.close_dispute(opened, "won")
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.close_dispute(opened, "lost")
        with pytest.raises(stripe.InvalidRequestError, match="already closed"):
            client.v1.disputes.close(opened)

    @pytest.mark.parametrize("answered", [True, False])
    def test_comes_by_itself_when_nobody_answers_in_time(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        paid: stripe.PaymentIntent,
        *,
        answered: bool,
    ) -> None:
        opened = knobs.open_dispute(paid.id)
        if answered:
            client.v1.disputes.update(
                opened, {"evidence": {"uncategorized_text": "winning_evidence"}}
            )
        knobs.advance_clock(9 * DAY)
        expected = "won" if answered else "lost"
        assert client.v1.disputes.retrieve(opened).status == expected

    def test_waits_for_evidence_that_was_not_submitted(
        self, knobs: Knobs, client: stripe.StripeClient, paid: stripe.PaymentIntent
    ) -> None:
        opened = knobs.open_dispute(paid.id)
        draft = client.v1.disputes.update(
            opened, {"evidence": {"product_description": "soup"}, "submit": False}
        )
        assert (draft.status, draft.evidence.product_description) == ("needs_response", "soup")
        assert draft.evidence_details.submission_count == 0


class TestInquiry:
    def test_takes_no_money_and_leaves_the_charge_refundable(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        paid: stripe.PaymentIntent,
        order_id: str,
    ) -> None:
        opened = knobs.open_dispute(paid.id, inquiry=True)
        assert client.v1.disputes.retrieve(opened).status == "warning_needs_response"
        assert told(client) == ["charge.dispute.created"]
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 100})
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            knobs.close_dispute(opened, "won")
        knobs.close_dispute(opened, "warning_closed")
        assert client.v1.disputes.retrieve(opened).status == "warning_closed"
        assert knobs.movements(order_id) == [*PAID, ("refunded", 100)]


class TestDisputingCards:
    @pytest.mark.parametrize(
        ("method", "reason", "status"),
        [
            ("pm_card_createDispute", "fraudulent", "needs_response"),
            (
                "pm_card_createDisputeProductNotReceived",
                "product_not_received",
                "needs_response",
            ),
            ("pm_card_createDisputeInquiry", "fraudulent", "warning_needs_response"),
        ],
    )
    def test_dispute_some_time_after_the_capture(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        create: Create,
        method: str,
        reason: str,
        status: str,
    ) -> None:
        intent = create(payment_method=method)
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
        assert client.v1.disputes.list({"payment_intent": intent.id}).data == []
        knobs.advance_clock(5)
        found = client.v1.disputes.list({"payment_intent": intent.id}).data
        assert [(one.amount, one.reason, one.status) for one in found] == [(600, reason, status)]

    def test_do_not_dispute_what_was_given_back_before(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_createDispute")
        client.v1.refunds.create({"payment_intent": intent.id})
        knobs.advance_clock(5)
        assert client.v1.disputes.list().data == []

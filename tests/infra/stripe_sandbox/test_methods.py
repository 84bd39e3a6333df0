"""The methods that Stripe has none for: `pm_sandbox_…`."""

import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs, intent_params

AT_ONCE = "pm_sandbox_capturedAtOnce"


@pytest.fixture
def customer(client: stripe.StripeClient) -> str:
    return client.v1.customers.create({}).id


class TestCapturedAtOnce:
    def test_pays_without_a_hold(
        self, knobs: Knobs, client: stripe.StripeClient, customer: str, order_id: str
    ) -> None:
        method = client.v1.payment_methods.attach(AT_ONCE, {"customer": customer})
        assert (method.type, method.customer) == ("alipay", customer)
        intent = client.v1.payment_intents.create(
            intent_params(
                order_id,
                allowed_payment_method_types=["card", "alipay"],
                capture_method="automatic",
                customer=customer,
                payment_method=method.id,
                expand=["latest_charge"],
            )
        )
        assert (intent.status, intent.amount_received) == ("succeeded", 1000)
        assert isinstance(intent.latest_charge, stripe.Charge)
        details = intent.latest_charge.payment_method_details
        assert details is not None
        assert details.type == "alipay"
        refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 250})
        assert refund.destination_details is not None
        assert refund.destination_details.type == "alipay"
        assert knobs.movements(order_id) == [
            ("authorized", 1000),
            ("captured", 1000),
            ("refunded", 250),
        ]

    @pytest.mark.parametrize("allowed", [["alipay"], ["card", "alipay"]])
    def test_can_not_be_held(self, create: Create, allowed: list[str]) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            create(payment_method=AT_ONCE, allowed_payment_method_types=allowed)
        assert (refusal.value.http_status, refusal.value.param) == (400, "capture_method")

    def test_is_refused_where_it_was_not_allowed(self, create: Create) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            create(payment_method=AT_ONCE, capture_method="automatic")
        assert refusal.value.param == "payment_method"

    def test_can_not_confirm_what_is_to_be_held(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(confirm=None, payment_method="pm_card_visa")
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.confirm(intent.id, {"payment_method": AT_ONCE})
        assert refusal.value.param == "capture_method"


class TestReauthorizationDeclined:
    def test_is_held_for_a_minute_once(
        self, knobs: Knobs, client: stripe.StripeClient, customer: str, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach(
            "pm_sandbox_reauthorizationDeclined", {"customer": customer}
        )
        first = create(customer=customer, payment_method=method.id)
        assert first.status == "requires_capture"
        knobs.advance_clock(61)
        assert client.v1.payment_intents.retrieve(first.id).status == "canceled"
        for _ in range(2):
            with pytest.raises(stripe.CardError) as refusal:
                create(customer=customer, payment_method=method.id)
            assert refusal.value.code == "card_declined"

    def test_is_another_when_it_is_attached_again(
        self, client: stripe.StripeClient, customer: str, create: Create
    ) -> None:
        for _ in range(2):
            method = client.v1.payment_methods.attach(
                "pm_sandbox_reauthorizationDeclined", {"customer": customer}
            )
            assert create(customer=customer, payment_method=method.id).status == "requires_capture"


class TestRefundRefused:
    def test_moves_nothing(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_sandbox_refundRefused")
        for _ in range(2):
            with pytest.raises(stripe.InvalidRequestError) as refusal:
                client.v1.refunds.create({"payment_intent": intent.id})
            assert refusal.value.code == "charge_not_refundable"
        assert client.v1.refunds.list({"payment_intent": intent.id}).data == []
        assert knobs.movements(order_id) == [("authorized", 1000), ("captured", 1000)]


class TestRefundPendingThenFails:
    def test_comes_back_some_time_later(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(
            capture_method="automatic", payment_method="pm_sandbox_refundPendingThenFails"
        )
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == "pending"
        knobs.advance_clock(5)
        found = client.v1.refunds.retrieve(refund.id)
        assert (found.status, found.failure_reason) == ("failed", "unknown")
        assert knobs.movements(order_id)[2:] == [("refunded", 1000), ("refund_failed", 1000)]


class TestRefundFailsOnce:
    def test_works_the_second_time(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_sandbox_refundFailsOnce")
        statuses = []
        for _ in range(2):
            refund = client.v1.refunds.create({"payment_intent": intent.id})
            knobs.advance_clock(5)
            statuses.append(client.v1.refunds.retrieve(refund.id).status)
        assert statuses == ["failed", "succeeded"]
        assert knobs.movements(order_id)[2:] == [
            ("refunded", 1000),
            ("refund_failed", 1000),
            ("refunded", 1000),
        ]


class TestCaptureBefore:
    @pytest.mark.parametrize(
        ("method", "seconds"),
        [("pm_card_visa", 7 * 24 * 60 * 60), ("pm_sandbox_authorizationExpires", 60)],
    )
    def test_is_when_the_hold_ends(
        self, client: stripe.StripeClient, create: Create, method: str, seconds: int
    ) -> None:
        intent = create(payment_method=method)
        assert capture_before(client, intent) == intent.created + seconds
        client.v1.payment_intents.capture(intent.id)
        assert capture_before(client, intent) is None


def capture_before(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> int | None:
    details = client.v1.charges.retrieve(str(intent.latest_charge)).payment_method_details
    assert details is not None
    assert details.card is not None
    return details.card.capture_before

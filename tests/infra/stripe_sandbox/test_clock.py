"""What time brings about: holds that expire, keys that are forgotten, refunds that settle."""

from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs

DAY = 24 * 60 * 60


class TestClock:
    def test_expires_an_authorization_that_nobody_captured(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create()
        knobs.advance_clock(7 * DAY - 60)
        assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
        knobs.advance_clock(61)
        assert knobs.movements(order_id) == [("authorized", 1000), ("expired", 1000)]
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.cancellation_reason) == ("canceled", "expired")
        with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
            client.v1.payment_intents.capture(intent.id)

    def test_expires_a_short_authorization_after_a_minute(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_sandbox_authorizationExpires")
        knobs.advance_clock(61)
        assert client.v1.payment_intents.retrieve(intent.id).status == "canceled"

    def test_leaves_a_captured_payment_alone(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id)
        knobs.advance_clock(8 * DAY)
        assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"

    def test_forgets_an_idempotency_key_after_a_day(
        self, knobs: Knobs, client: stripe.StripeClient
    ) -> None:
        options: Any = {"idempotency_key": str(uuid4())}
        first = client.v1.customers.create({}, options)
        knobs.advance_clock(DAY - 60)
        assert client.v1.customers.create({}, options).id == first.id
        knobs.advance_clock(61)
        second = client.v1.customers.create({}, options)
        assert second.id != first.id
        assert client.v1.customers.create({}, options).id == second.id


class TestRefundsThatSettleLater:
    @pytest.mark.parametrize(
        "case",
        [("pm_card_pendingRefund", "succeeded", 1000), ("pm_card_refundFail", "failed", 0)],
    )
    def test_end_by_themselves(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        create: Create,
        case: tuple[str, str, int],
    ) -> None:
        method, outcome, given_back = case
        intent = create(capture_method="automatic", payment_method=method)
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        knobs.advance_clock(5)
        assert client.v1.refunds.retrieve(refund.id).status == outcome
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert charge.amount_refunded == given_back

    @pytest.mark.parametrize("outcome", ["succeeded", "failed"])
    def test_end_as_a_test_decides(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, outcome: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_pendingRefund")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        knobs.post(f"/_control/refunds/{refund.id}", {"status": outcome})
        knobs.advance_clock(5)
        assert client.v1.refunds.retrieve(refund.id).status == outcome

    def test_can_be_made_again_after_a_failure(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_refundFail")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        knobs.post(f"/_control/refunds/{refund.id}", {"status": "failed"})
        again = client.v1.refunds.create({"payment_intent": intent.id})
        assert again.amount == 1000
        assert knobs.movements(order_id)[-3:] == [
            ("refunded", 1000),
            ("refund_failed", 1000),
            ("refunded", 1000),
        ]

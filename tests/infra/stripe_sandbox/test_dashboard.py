"""A payment as people see it."""

import re

import httpx
import pytest
import stripe

from tests.support.stripe_sandbox import Create, Sandbox


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr><td>(.*?)</td></tr>", page)
    return [row.split("</td><td>") for row in rows]


class TestDashboard:
    def test_shows_a_payment_and_every_movement_of_it(
        self, server: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent, _ = create(), create()
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
        refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
        shown = httpx.get(f"{server.url}/_dashboard/payments/{intent.id}", trust_env=False).text
        assert intent.id in shown
        assert order_id in shown
        assert "succeeded" in shown
        assert [row[1:] for row in cells(shown)] == [
            ["authorized", "1000 USD", ""],
            ["captured", "600 USD", ""],
            ["voided", "400 USD", ""],
            ["refunded", "100 USD", refund.id],
        ]

    def test_says_why_a_card_was_refused(
        self, server: Sandbox, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.CardError):
            create(payment_method="pm_card_visa_chargeDeclined")
        [intent] = client.v1.payment_intents.list()
        shown = httpx.get(f"{server.url}/_dashboard/payments/{intent.id}", trust_env=False).text
        assert "Your card was declined." in shown
        assert cells(shown) == []

    def test_knows_no_others(self, server: Sandbox) -> None:
        answer = httpx.get(f"{server.url}/_dashboard/payments/pi_unknown", trust_env=False)
        assert answer.status_code == 404

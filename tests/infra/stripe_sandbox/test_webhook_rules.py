"""Webhooks that come late, twice, never, or in another order."""

import time

import httpx
import pytest
import stripe

from tests.support.stripe_answers import later
from tests.support.stripe_sandbox import Create, Knobs, client_of, intent_params, new_key
from tests.support.webhooks import WebhookEndpoint

HELD = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]


def all_arrived(knobs: Knobs) -> None:
    later(knobs.pending_webhooks, lambda pending: pending == [])


class TestDelay:
    def test_sends_an_event_late(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("delay", type="charge.*", seconds=1.5)
        began = time.monotonic()
        create()
        endpoint.wait_for(3)
        assert time.monotonic() - began >= 1.5
        assert endpoint.types[-1] == "charge.succeeded"


class TestDrop:
    def test_never_sends_the_next_of_a_type(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        endpoint: WebhookEndpoint,
        create: Create,
    ) -> None:
        knobs.add_webhook_rule("drop", type="payment_intent.created")
        create(confirm=False)
        create(confirm=False)
        endpoint.wait_for(1)
        all_arrived(knobs)
        assert endpoint.types == ["payment_intent.created"]
        assert len(client.v1.events.list().data) == 2

    def test_never_sends_the_next_few(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("drop", times=2)
        create()
        endpoint.wait_for(1)
        all_arrived(knobs)
        assert endpoint.types == HELD[2:]


class TestDuplicate:
    def test_sends_as_many_copies_as_it_says(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("duplicate", copies=3)
        create(confirm=False)
        assert len({event["id"] for event in endpoint.wait_for(3)}) == 1
        all_arrived(knobs)
        assert len(endpoint.events) == 3


class TestReorder:
    def test_sends_the_last_first(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("reorder", times=3)
        create()
        endpoint.wait_for(3)
        assert endpoint.types == HELD[::-1]

    def test_keeps_its_order_when_an_attempt_fails(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("reorder", times=3)
        endpoint.refuse(1)
        create()
        endpoint.wait_for(3)
        # The first failed, and the others didn't wait for its second attempt.
        assert endpoint.types == [HELD[1], HELD[0], HELD[2]]

    def test_lets_go_of_what_it_holds_when_it_is_cleared(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("reorder", times=10)
        create()
        assert [one["next_at"] for one in knobs.pending_webhooks()] == [None] * 3
        knobs.clear_webhook_rules()
        endpoint.wait_for(3)
        assert endpoint.types == HELD[::-1]


class TestRules:
    def test_are_listed_with_the_uses_they_have_left(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        knobs.add_webhook_rule("drop", times=5)
        create()
        settings = knobs.get("/_control/webhooks")
        assert settings["url"] == endpoint.url
        assert [(rule["knob"], rule["remaining"]) for rule in settings["rules"]] == [("drop", 2)]
        knobs.clear_webhook_rules()
        assert knobs.get("/_control/webhooks")["rules"] == []

    def test_leave_other_accounts_alone(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create, order_id: str
    ) -> None:
        knobs.add_webhook_rule("drop", times=100)
        with client_of(knobs.url, new_key()) as other:
            other.v1.payment_intents.create(intent_params(order_id))
        assert knobs.get("/_control/webhooks")["rules"][0]["remaining"] == 100
        create()
        all_arrived(knobs)
        assert endpoint.events == []

    def test_are_refused_when_they_make_no_sense(self, knobs: Knobs) -> None:
        with pytest.raises(httpx.HTTPStatusError, match="422"):
            knobs.add_webhook_rule("duplicate", copies=0)

    def test_do_not_stop_what_a_test_sends_again(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        endpoint: WebhookEndpoint,
        create: Create,
    ) -> None:
        knobs.add_webhook_rule("drop", times=100)
        create(confirm=False)
        event = client.v1.events.list().data[0]
        knobs.send_again(event.id)
        assert [arrived["id"] for arrived in endpoint.wait_for(1)] == [event.id]

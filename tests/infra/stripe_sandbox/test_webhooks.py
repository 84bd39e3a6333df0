"""Webhooks: what is sent of what happened, signed, again and again until it is accepted."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.support.stripe_answers import later
from tests.support.stripe_sandbox import (
    Create,
    Knobs,
    Sandbox,
    client_of,
    intent_params,
    new_key,
    running_sandbox,
)
from tests.support.webhooks import SECRET, WebhookEndpoint, webhook_endpoint

DAY = 24 * 60 * 60
HELD = ["payment_intent.created", "charge.succeeded", "payment_intent.amount_capturable_updated"]


def told(client: stripe.StripeClient) -> list[str]:
    """The types of the account's events, oldest first."""
    return [str(event.type) for event in client.v1.events.list({"limit": 100}).data][::-1]


class TestEvents:
    @pytest.mark.parametrize("capture_method", ["automatic", "automatic_async"])
    def test_tell_of_a_payment(
        self, client: stripe.StripeClient, create: Create, capture_method: str
    ) -> None:
        create(capture_method=capture_method)
        settled = ["charge.updated"] if capture_method == "automatic_async" else []
        paid = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]
        assert told(client) == paid + settled

    def test_tell_of_a_capture(self, client: stripe.StripeClient, create: Create) -> None:
        client.v1.payment_intents.capture(create().id)
        assert told(client) == [*HELD, "charge.captured", "payment_intent.succeeded"]

    def test_tell_of_a_cancellation(self, client: stripe.StripeClient, create: Create) -> None:
        client.v1.payment_intents.cancel(create().id)
        assert told(client) == [*HELD, "payment_intent.canceled"]

    def test_tell_of_a_hold_that_expired(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        create()
        knobs.advance_clock(7 * DAY)
        assert told(client) == [*HELD, "charge.expired", "payment_intent.canceled"]

    def test_tell_of_a_decline(self, client: stripe.StripeClient, create: Create) -> None:
        with pytest.raises(stripe.CardError):
            create(payment_method="pm_card_visa_chargeDeclined")
        failed = ["charge.failed", "payment_intent.payment_failed"]
        assert told(client) == ["payment_intent.created", *failed]

    def test_tell_of_a_capture_that_failed(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_sandbox_captureFails")
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.capture(intent.id)
        assert told(client) == [*HELD, "charge.failed", "payment_intent.payment_failed"]

    def test_tell_of_an_authentication(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        knobs.authenticate(intent.id, "succeeded")
        assert told(client) == [HELD[0], "payment_intent.requires_action", *HELD[1:]]

    @pytest.mark.parametrize(
        ("method", "settled"),
        [
            ("pm_card_visa", []),
            ("pm_card_pendingRefund", ["refund.updated", "charge.refund.updated"]),
            ("pm_card_refundFail", ["refund.failed", "refund.updated", "charge.refund.updated"]),
        ],
    )
    def test_tell_of_a_refund(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        create: Create,
        method: str,
        settled: list[str],
    ) -> None:
        intent = create(capture_method="automatic", payment_method=method)
        client.v1.refunds.create({"payment_intent": intent.id})
        knobs.advance_clock(5)
        assert told(client)[3:] == ["refund.created", "charge.refunded", *settled]

    def test_name_the_request_that_caused_them(
        self, client: stripe.StripeClient, order_id: str
    ) -> None:
        intent = client.v1.payment_intents.create(
            intent_params(order_id), {"idempotency_key": order_id}
        )
        assert intent.last_response is not None
        event = client.v1.events.list({"type": "payment_intent.created"}).data[0]
        assert event.request is not None
        assert (event.request.id, event.request.idempotency_key) == (
            intent.last_response.request_id,
            order_id,
        )

    def test_keep_the_object_as_it_was(self, client: stripe.StripeClient, create: Create) -> None:
        client.v1.payment_intents.capture(create().id)
        held = client.v1.events.list({"type": "payment_intent.amount_capturable_updated"}).data[0]
        assert held.data.object["status"] == "requires_capture"
        assert held.data.object["amount_capturable"] == 1000
        assert client.v1.events.retrieve(held.id).type == held.type

    def test_are_not_sent_without_an_endpoint(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        create()
        assert {event.pending_webhooks for event in client.v1.events.list().data} == {0}
        assert knobs.pending_webhooks() == []


class TestWebhooks:
    def test_arrive_as_the_events_they_are(
        self, client: stripe.StripeClient, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        create()
        arrived = {event["id"]: event["type"] for event in endpoint.wait_for(3)}
        assert sorted(arrived.values()) == sorted(HELD)
        listed = later(
            lambda: client.v1.events.list().data,
            lambda events: not any(event.pending_webhooks for event in events),
        )
        assert {event.id: event.type for event in listed} == arrived

    def test_are_signed_as_the_library_checks(
        self, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        create(confirm=False)
        endpoint.wait_for(1)
        body, signature = endpoint.signed[0]
        event = stripe.Webhook.construct_event(body, signature, SECRET, api_key="sk_test_me")
        assert (event.type, event.livemode) == ("payment_intent.created", False)
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body, signature, "whsec_other", api_key="sk_test_me")

    def test_are_sent_again_until_they_are_accepted(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        endpoint.refuse(2)
        created = time.time()
        create(confirm=False)
        endpoint.wait_for(1)
        assert endpoint.refused == 2
        _, signature = endpoint.signed[0]
        signed_at = int(signature.partition(",")[0].removeprefix("t="))
        # After one second and after two more: signed when it was sent, not when it happened.
        assert signed_at >= int(created) + 3
        later(knobs.pending_webhooks, lambda pending: pending == [])

    def test_are_given_up_after_three_days(
        self, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        endpoint.refuse(1_000)
        create(confirm=False)
        later(knobs.pending_webhooks, lambda pending: pending[0]["attempts"] == 1)
        knobs.advance_clock(3 * DAY + 1)
        later(knobs.pending_webhooks, lambda pending: pending == [])
        assert endpoint.signed == []

    def test_tell_of_what_happens_by_itself_without_being_asked(
        self, client: stripe.StripeClient, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_refundFail")
        client.v1.refunds.create({"payment_intent": intent.id})
        arrived = endpoint.wait_for(8)
        assert "refund.failed" in [event["type"] for event in arrived]

    def test_go_on_after_a_kill(
        self, server: Sandbox, knobs: Knobs, endpoint: WebhookEndpoint, create: Create
    ) -> None:
        endpoint.refuse(1_000)
        create()
        later(knobs.pending_webhooks, lambda pending: any(one["attempts"] for one in pending))
        server.kill()
        endpoint.refuse(0)
        server.start()
        assert sorted(event["type"] for event in endpoint.wait_for(3)) == sorted(HELD)


class TestEndpointOfTheEnvironment:
    @pytest.fixture
    def endpoint(self) -> Iterator[WebhookEndpoint]:
        with webhook_endpoint() as endpoint:
            yield endpoint

    def test_gets_the_events_of_everybody(
        self, tmp_path: Path, endpoint: WebhookEndpoint, order_id: str
    ) -> None:
        environment = environment_for(endpoint)
        with running_sandbox(tmp_path, environment) as sandbox:
            pay(sandbox, new_key(), order_id)
            pay(sandbox, new_key(), order_id)
            assert len(endpoint.wait_for(6)) == 6

    def test_gets_the_events_of_one_account_where_it_is_named(
        self, tmp_path: Path, endpoint: WebhookEndpoint, order_id: str
    ) -> None:
        key = new_key()
        environment = environment_for(endpoint) | {"STRIPE_SANDBOX_WEBHOOK_KEY": key}
        with running_sandbox(tmp_path, environment) as sandbox:
            pay(sandbox, new_key(), str(order_id))
            intent = pay(sandbox, key, order_id)
            objects = [event["data"]["object"] for event in endpoint.wait_for(3)]
            assert later(sandbox.pending_webhooks, lambda pending: pending == []) == []
            assert len(endpoint.events) == 3
            assert {each.get("payment_intent", each["id"]) for each in objects} == {intent}


def environment_for(endpoint: WebhookEndpoint) -> dict[str, str]:
    return {
        "STRIPE_SANDBOX_WEBHOOK_URL": endpoint.url,
        "STRIPE_SANDBOX_WEBHOOK_SECRET": SECRET,
    }


def pay(sandbox: Sandbox, key: str, order_id: str) -> str:
    with client_of(sandbox.url, key) as client:
        params: Any = intent_params(order_id)
        return client.v1.payment_intents.create(params).id

"""What is told of what happened."""

import stripe

from tests.support.stripe_answers import later, plain
from tests.support.stripe_sandbox import Create


def told(client: stripe.StripeClient, intent: stripe.PaymentIntent) -> set[str]:
    """The types of the events about a PaymentIntent, its charge and its refunds."""
    events = client.v1.events.list({"limit": 100, "created": {"gte": intent.created}}).data
    objects = [(event.type, plain(event.data.object)) for event in events]
    return {kind for kind, one in objects if intent.id in (one["id"], one.get("payment_intent"))}


class TestEvents:
    def test_tell_of_a_payment_from_the_hold_to_the_refund(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id)
        client.v1.refunds.create({"payment_intent": intent.id})
        expected = {
            "charge.captured",
            "charge.refunded",
            "charge.succeeded",
            "payment_intent.amount_capturable_updated",
            "payment_intent.created",
            "payment_intent.succeeded",
            "refund.created",
        }
        later(lambda: told(client, intent), lambda types: types >= expected)

    def test_tell_of_a_cancellation(self, client: stripe.StripeClient, create: Create) -> None:
        intent = client.v1.payment_intents.cancel(create().id)
        later(lambda: told(client, intent), lambda types: "payment_intent.canceled" in types)
        assert "charge.refunded" not in told(client, intent)

    def test_are_found_by_type_and_id(self, client: stripe.StripeClient, create: Create) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        asked = later(
            lambda: (
                client.v1.events.list(
                    {"types": ["payment_intent.requires_action", "charge.failed"], "limit": 1}
                ).data
            ),
            lambda events: events and events[0].data.object["id"] == intent.id,
        )
        event = client.v1.events.retrieve(asked[0].id)
        assert (event.object, event.type) == ("event", "payment_intent.requires_action")
        assert (event.livemode, event.data.object["status"]) == (False, "requires_action")

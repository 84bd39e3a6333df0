"""Customers who ask their bank for the money back."""

import time
from collections.abc import Callable

import pytest
import stripe

from tests.support.stripe_answers import error_of, later
from tests.support.stripe_sandbox import Create


@pytest.fixture
def dispute(
    client: stripe.StripeClient, create: Create, wait: Callable[[], None]
) -> stripe.Dispute:
    intent = create(capture_method="automatic", payment_method="pm_card_createDispute")
    wait()
    found = later(
        lambda: client.v1.disputes.list({"payment_intent": intent.id}).data, lambda found: found
    )
    return found[0]


def event_types(client: stripe.StripeClient, dispute: stripe.Dispute) -> set[str]:
    events = client.v1.events.list({"limit": 100, "created": {"gte": dispute.created}}).data
    return {event.type for event in events if event.data.object["id"] == dispute.id}


class TestDisputes:
    def test_open_with_the_card_for_it(
        self, client: stripe.StripeClient, dispute: stripe.Dispute
    ) -> None:
        assert (dispute.amount, dispute.currency) == (1000, "usd")
        assert (dispute.reason, dispute.status) == ("fraudulent", "needs_response")
        assert (dispute.evidence_details.due_by or 0) > time.time()
        charge = client.v1.charges.retrieve(str(dispute.charge))
        assert (charge.disputed, charge.refunded) == (True, False)
        assert [one.id for one in client.v1.disputes.list({"charge": charge.id}).data] == [
            dispute.id
        ]
        opened = {"charge.dispute.created", "charge.dispute.funds_withdrawn"}
        later(lambda: event_types(client, dispute), lambda types: types >= opened)

    def test_leave_nothing_to_refund(
        self, client: stripe.StripeClient, dispute: stripe.Dispute
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"charge": str(dispute.charge)})
        assert error_of(refusal).code == "charge_disputed"

    def test_are_won_with_convincing_evidence(
        self,
        client: stripe.StripeClient,
        dispute: stripe.Dispute,
        wait: Callable[[], None],
    ) -> None:
        answered = client.v1.disputes.update(
            dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}}
        )
        assert answered.evidence_details.has_evidence
        wait()
        won = later(
            lambda: client.v1.disputes.retrieve(dispute.id),
            lambda found: found.status not in ("needs_response", "under_review"),
        )
        assert won.status == "won"
        ended = {"charge.dispute.funds_reinstated", "charge.dispute.closed"}
        later(lambda: event_types(client, dispute), lambda types: types >= ended)

    def test_are_lost_when_they_are_accepted(
        self, client: stripe.StripeClient, dispute: stripe.Dispute
    ) -> None:
        assert client.v1.disputes.close(dispute.id).status == "lost"
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.disputes.close(dispute.id)

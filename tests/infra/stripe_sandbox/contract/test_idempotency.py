"""One effect for one key."""

from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_answers import error_of
from tests.support.stripe_sandbox import Create


class TestIdempotency:
    def test_answers_the_same_for_the_same_key(self, create: Create) -> None:
        key = str(uuid4())
        first, second = create(key), create(key)
        assert first.id == second.id
        assert second.last_response is not None
        assert second.last_response.headers["Idempotent-Replayed"] == "true"

    def test_replays_a_decline(self, create: Create) -> None:
        key = str(uuid4())
        intents = []
        for _ in range(2):
            with pytest.raises(stripe.CardError) as refusal:
                create(key, payment_method="pm_card_visa_chargeDeclined")
            intents.append(error_of(refusal).payment_intent.id)
        assert intents[0] == intents[1]

    def test_refuses_other_parameters_under_the_key(self, create: Create) -> None:
        key = str(uuid4())
        create(key)
        with pytest.raises(stripe.IdempotencyError) as refusal:
            create(key, amount=1001)
        assert (refusal.value.http_status, error_of(refusal).type) == (400, "idempotency_error")

    def test_refuses_another_path_under_the_key(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        key = str(uuid4())
        intent = create(key)
        with pytest.raises(stripe.IdempotencyError):
            client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": key})

    def test_forgets_a_request_that_never_began(self, create: Create) -> None:
        key = str(uuid4())
        with pytest.raises(stripe.InvalidRequestError):
            create(key, flavour="sweet")
        assert create(key).status == "requires_capture"

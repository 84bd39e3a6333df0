"""Answers that fail, before the effect and after it."""

import asyncio
from typing import Any

import pytest
import stripe

from tests.support.polling import eventually
from tests.support.stripe_sandbox import Create, Knobs, intent_params

CREATE = "/v1/payment_intents"
CAPTURE = "/v1/payment_intents/*/capture"


class TestFaults:
    def test_hold_for_as_many_requests_as_they_say(self, knobs: Knobs, create: Create) -> None:
        knobs.add_fault("rate_limit", CREATE, times=2)
        for _ in range(2):
            with pytest.raises(stripe.RateLimitError):
                create()
        assert create().status == "requires_capture"

    def test_leave_other_paths_alone(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create
    ) -> None:
        knobs.add_fault("rate_limit", CAPTURE)
        intent = create()
        with pytest.raises(stripe.RateLimitError):
            client.v1.payment_intents.capture(intent.id)

    def test_are_listed_and_cleared(self, knobs: Knobs, create: Create) -> None:
        knobs.add_fault("error_before", CREATE, times=3)
        with pytest.raises(stripe.APIError):
            create()
        assert [rule["remaining"] for rule in knobs.get("/_control/faults")["items"]] == [2]
        knobs.clear_faults()
        assert create().status == "requires_capture"

    def test_refuse_without_an_effect(
        self, knobs: Knobs, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(capture_method="automatic")
        knobs.add_fault("refuse", "/v1/refunds")
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": intent.id})
        assert refusal.value.http_status == 400
        assert knobs.movements(order_id) == [("authorized", 1000), ("captured", 1000)]
        assert client.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"

    @pytest.mark.parametrize(
        ("fault", "movements"),
        [("error_before", []), ("error_after", [("authorized", 1000)])],
    )
    def test_store_a_server_error_under_the_key(
        self,
        knobs: Knobs,
        client: stripe.StripeClient,
        order_id: str,
        fault: str,
        movements: list[tuple[str, int]],
    ) -> None:
        knobs.add_fault(fault, CREATE)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        replayed = []
        for _ in range(2):
            with pytest.raises(stripe.APIError) as refusal:
                client.v1.payment_intents.create(intent_params(order_id), options)
            assert refusal.value.http_status == 500
            assert refusal.value.headers is not None
            replayed.append(refusal.value.headers.get("Idempotent-Replayed"))
        assert replayed == [None, "true"]
        assert knobs.movements(order_id) == movements

    async def test_withhold_the_answer_of_an_effect(
        self, knobs: Knobs, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        knobs.add_fault("hang_after", CREATE)
        params = intent_params(order_id)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        creating = async_client.v1.payment_intents.create_async(params, options)
        asking = asyncio.create_task(creating)
        await eventually(lambda: knobs.movements(order_id) == [("authorized", 1000)])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asking, 0.5)
        intent = await async_client.v1.payment_intents.create_async(params, options)
        assert intent.status == "requires_capture"
        assert knobs.movements(order_id) == [("authorized", 1000)]

    async def test_hang_before_anything_happens(
        self, knobs: Knobs, hasty_client: stripe.StripeClient, order_id: str
    ) -> None:
        knobs.add_fault("hang_before", CREATE)
        with pytest.raises(stripe.APIConnectionError, match="Timeout"):
            await hasty_client.v1.payment_intents.create_async(intent_params(order_id))
        assert knobs.movements(order_id) == []

    async def test_reset_the_connection_after_an_effect(
        self, knobs: Knobs, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        knobs.add_fault("reset_after", CREATE)
        with pytest.raises(stripe.APIConnectionError) as refusal:
            await async_client.v1.payment_intents.create_async(intent_params(order_id))
        assert "ReadError" in str(refusal.value)
        assert knobs.movements(order_id) == [("authorized", 1000)]

"""Many requests at once, and one effect."""

import asyncio

import stripe

from tests.support.stripe_sandbox import Knobs, intent_params

CREATE = "/v1/payment_intents"


class TestIdempotencyUnderConcurrency:
    async def test_pays_once_for_twenty_requests_at_once(
        self, knobs: Knobs, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        answers = await asyncio.gather(
            *(self._create(async_client, order_id) for _ in range(20)), return_exceptions=True
        )
        made = {answer.id for answer in answers if isinstance(answer, stripe.PaymentIntent)}
        refused = [answer for answer in answers if not isinstance(answer, stripe.PaymentIntent)]
        assert len(made) == 1
        assert all(isinstance(refusal, stripe.APIError) for refusal in refused)
        assert knobs.movements(order_id) == [("authorized", 1000)]

    async def test_refuses_the_others_while_the_first_is_under_way(
        self, knobs: Knobs, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        # For each, because any of them may be the first; and long enough on a busy machine.
        knobs.add_fault("latency", CREATE, milliseconds=4_000, times=20)
        answers = await asyncio.gather(
            *(self._create(async_client, order_id) for _ in range(20)), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, stripe.APIError)]
        assert len(refused) == 19
        for refusal in refused:
            assert refusal.http_status == 409
            assert refusal.error is not None
            assert refusal.error.code == "idempotency_key_in_use"
            assert refusal.headers is not None
            assert refusal.headers["Stripe-Should-Retry"] == "true"
        assert knobs.movements(order_id) == [("authorized", 1000)]

    async def test_gives_back_no_more_than_was_paid(
        self, knobs: Knobs, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        intent = await async_client.v1.payment_intents.create_async(
            intent_params(order_id, capture_method="automatic")
        )
        await asyncio.gather(
            *(
                async_client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 300})
                for _ in range(20)
            ),
            return_exceptions=True,
        )
        assert knobs.movements(order_id)[2:] == [("refunded", 300)] * 3

    async def _create(self, client: stripe.StripeClient, order_id: str) -> stripe.PaymentIntent:
        return await client.v1.payment_intents.create_async(
            intent_params(order_id), {"idempotency_key": f"{order_id}:authorize"}
        )

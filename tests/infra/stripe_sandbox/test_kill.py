"""What was answered or done before a kill is there after it."""

import asyncio
from typing import Any

import pytest
import stripe

from tests.support.polling import eventually
from tests.support.stripe_sandbox import Sandbox, intent_params

CREATE = "/v1/payment_intents"


class TestKill:
    async def test_loses_no_effect_whose_answer_was_withheld(
        self, server: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        server.add_fault("hang_after", CREATE)
        params = intent_params(order_id)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        creating = async_client.v1.payment_intents.create_async(params, options)
        asking = asyncio.create_task(creating)
        await eventually(lambda: server.movements(order_id) == [("authorized", 1000)])
        server.kill()
        with pytest.raises(stripe.APIConnectionError):
            await asking
        server.start()
        assert server.movements(order_id) == [("authorized", 1000)]
        intent = await async_client.v1.payment_intents.create_async(params, options)
        assert intent.last_response is not None
        assert intent.last_response.headers["Idempotent-Replayed"] == "true"
        captured = await async_client.v1.payment_intents.capture_async(intent.id)
        assert captured.status == "succeeded"
        assert server.movements(order_id) == [("authorized", 1000), ("captured", 1000)]

    async def test_loses_nothing_that_was_answered(
        self, server: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        acknowledged: list[str] = []

        async def pay_until_killed(place: int) -> None:
            for turn in range(100):
                if len(acknowledged) == 30:
                    # The other clients have a request under way.
                    server.kill()
                intent = await async_client.v1.payment_intents.create_async(
                    intent_params(order_id), {"idempotency_key": f"{order_id}:{place}:{turn}"}
                )
                acknowledged.append(intent.id)

        ended = await asyncio.gather(
            *(pay_until_killed(place) for place in range(4)), return_exceptions=True
        )
        assert all(isinstance(error, stripe.APIConnectionError) for error in ended)
        server.start()
        entries = server.ledger(order_id)
        assert len(acknowledged) >= 30
        assert set(acknowledged) <= {entry["payment_intent"] for entry in entries}
        assert len(entries) <= len(acknowledged) + 4
        for intent in acknowledged:
            found = await async_client.v1.payment_intents.retrieve_async(intent)
            assert found.status == "requires_capture"

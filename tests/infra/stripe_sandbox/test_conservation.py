"""Whatever is asked of the sandbox, money is conserved and the ledger tells what the objects do."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.stripe_sandbox import Knobs, Sandbox, client_of, knobs_of, new_key

METHODS = (
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_authenticationRequired",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_card_createDispute",
    "pm_sandbox_captureFails",
    "pm_sandbox_reauthorizationDeclined",
    "pm_sandbox_refundRefused",
)
AMOUNTS = st.integers(min_value=500, max_value=2000)
PARTS = st.integers(min_value=1, max_value=500)


@dataclass(frozen=True, slots=True)
class Step:
    """One call; `which` chooses among the intents so far, `times` sends it again under its key."""

    call: str
    which: int
    params: dict[str, Any]
    times: int


def steps_of(call: str, params: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.just(call), st.integers(0, 1), params, st.integers(1, 2))


CREATE = steps_of(
    "create",
    st.fixed_dictionaries(
        {
            "amount": AMOUNTS,
            "capture_method": st.sampled_from(["automatic", "manual"]),
            "confirm": st.sampled_from([True, True, True, False]),
            # Half of them simply pay, or most steps would be refused.
            "payment_method": st.just("pm_card_visa") | st.sampled_from(METHODS),
        }
    ),
)
STEPS = st.one_of(
    CREATE,
    steps_of("confirm", st.fixed_dictionaries({"payment_method": st.sampled_from(METHODS)})),
    steps_of("capture", st.fixed_dictionaries({}, optional={"amount_to_capture": PARTS})),
    steps_of("cancel", st.just({})),
    steps_of("refund", st.fixed_dictionaries({}, optional={"amount": PARTS})),
    steps_of("authenticate", st.fixed_dictionaries({"outcome": st.just("succeeded")})),
    steps_of("dispute", st.fixed_dictionaries({}, optional={"amount": PARTS})),
    steps_of("close", st.fixed_dictionaries({"status": st.sampled_from(["won", "lost"])})),
    steps_of("advance_clock", st.fixed_dictionaries({"seconds": st.sampled_from([6, 8 * 86400])})),
)


class Shop:
    """Carries steps out for one order of a fresh account; a refusal is an answer like any other."""

    def __init__(self, knobs: Knobs, client: stripe.StripeClient) -> None:
        self._knobs = knobs
        self._client = client
        self.order_id = str(uuid4())

    def do(self, step: Step) -> None:
        if step.call == "advance_clock":
            self._knobs.advance_clock(step.params["seconds"])
        elif step.call == "create":
            self._send(step, self._client.v1.payment_intents.create, self._with_order(step.params))
        elif intents := self.intents():
            self._change(step, intents[step.which % len(intents)])

    def intents(self) -> list[stripe.PaymentIntent]:
        """Those of the account, oldest first, declined ones too."""
        return self._client.v1.payment_intents.list({"limit": 100}).data[::-1]

    def refunds(self, intent: stripe.PaymentIntent) -> list[stripe.Refund]:
        return self._client.v1.refunds.list({"payment_intent": intent.id, "limit": 100}).data

    def disputes(self, intent: stripe.PaymentIntent) -> list[stripe.Dispute]:
        return self._client.v1.disputes.list({"payment_intent": intent.id}).data

    def charge(self, intent: stripe.PaymentIntent) -> stripe.Charge | None:
        if intent.latest_charge is None:
            return None
        return self._client.v1.charges.retrieve(str(intent.latest_charge))

    def _change(self, step: Step, intent: stripe.PaymentIntent) -> None:
        if step.call in ("authenticate", "dispute", "close"):
            with suppress(httpx.HTTPStatusError):
                self._turn(step, intent)
        elif step.call == "refund":
            params = {"payment_intent": intent.id} | step.params
            self._send(step, self._client.v1.refunds.create, params)
        else:
            change = getattr(self._client.v1.payment_intents, step.call)
            self._send(step, partial(change, intent.id), step.params)

    def _turn(self, step: Step, intent: stripe.PaymentIntent) -> None:
        """What others than the shop do."""
        if step.call == "authenticate":
            self._knobs.authenticate(intent.id, step.params["outcome"])
        elif step.call == "dispute":
            self._knobs.open_dispute(intent.id, **step.params)
        else:
            for dispute in self.disputes(intent):
                self._knobs.close_dispute(dispute.id, step.params["status"])

    def _send(self, step: Step, call: Callable[[Any, Any], Any], params: dict[str, Any]) -> None:
        options = {"idempotency_key": str(uuid4())}
        for _ in range(step.times):
            with suppress(stripe.CardError, stripe.InvalidRequestError):
                call(params, options)

    def _with_order(self, params: dict[str, Any]) -> dict[str, Any]:
        return params | {
            "allowed_payment_method_types": ["card"],
            "currency": "usd",
            "metadata": {"order_id": self.order_id},
        }


class TestLedger:
    @settings(deadline=None, max_examples=100)
    @given(first=CREATE, then=st.lists(STEPS, min_size=6, max_size=12))
    def test_tells_what_the_objects_do(
        self, server: Sandbox, first: Step, then: list[Step]
    ) -> None:
        key = new_key()
        with knobs_of(server.url, key) as knobs, client_of(server.url, key) as client:
            shop = Shop(knobs, client)
            for step in (first, *then):
                shop.do(step)
            told = {intent.id: Counter[str]() for intent in shop.intents()}
            for entry in knobs.ledger(shop.order_id):
                told[entry["payment_intent"]][entry["kind"]] += entry["amount"]
            for intent in shop.intents():
                self._agree(told[intent.id], intent, shop)

    def _agree(self, told: Counter[str], intent: stripe.PaymentIntent, shop: Shop) -> None:
        released = told["voided"] + told["expired"]
        given_back = told["refunded"] - told["refund_failed"]
        assert told["captured"] <= told["authorized"]
        charged_back = told["disputed"] - told["dispute_won"]
        assert 0 <= given_back <= told["captured"] - charged_back
        unsettled = [one for one in shop.disputes(intent) if one.status != "won"]
        assert charged_back == sum(one.amount for one in unsettled)
        assert told["authorized"] - told["captured"] - released == intent.amount_capturable
        assert told["captured"] == intent.amount_received
        standing = [refund for refund in shop.refunds(intent) if refund.status != "failed"]
        assert given_back == sum(refund.amount for refund in standing)
        if charge := shop.charge(intent):
            assert (charge.amount_captured, charge.amount_refunded) == (
                told["captured"],
                given_back,
            )

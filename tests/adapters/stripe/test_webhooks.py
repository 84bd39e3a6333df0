"""Whom a webhook is believed, and what it is about."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import stripe
from pydantic import SecretStr

from adapters.stripe.webhooks import Webhooks
from domain.errors import BadSignature

ORDER = uuid4()


def an_event(**about: Any) -> bytes:
    event = {
        "id": "evt_1",
        "type": "payment_intent.succeeded",
        "created": 1_800_000_000,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", **about}},
    }
    return json.dumps(event).encode()


NEW = "whsec_new"


def now() -> datetime:
    return datetime.now(UTC)


def signed(body: bytes, secret: str = NEW, *, minutes: int = 0) -> str:
    """As Stripe does it so many minutes from now."""
    at = now() + timedelta(minutes=minutes)
    header: str = stripe.WebhookSignature.generate_signature_header(
        body.decode(), secret, timestamp=int(at.timestamp())
    )
    return header


@pytest.fixture
def webhooks() -> Webhooks:
    """While one secret replaces another."""
    return Webhooks(SecretStr("whsec_old, whsec_new"))


class TestRead:
    @pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
    def test_believes_what_either_secret_signed(self, webhooks: Webhooks, secret: str) -> None:
        body = an_event(metadata={"order_id": str(ORDER)})
        event = webhooks.read(body, signed(body, secret), now=now())
        assert (event.id, event.type, event.object_id) == (
            "evt_1",
            "payment_intent.succeeded",
            "pi_1",
        )
        assert (event.order_id, event.payment_intent_id) == (ORDER, "pi_1")
        assert event.created_at == datetime.fromtimestamp(1_800_000_000, UTC)

    @pytest.mark.parametrize("minutes", [-6, 6])
    def test_refuses_a_signature_of_long_ago_and_of_the_future(
        self, webhooks: Webhooks, minutes: int
    ) -> None:
        body = an_event()
        signature = signed(body, minutes=minutes)
        with pytest.raises(BadSignature):
            webhooks.read(body, signature, now=now())

    @pytest.mark.parametrize("minutes", [-4, 4])
    def test_takes_clocks_that_are_a_little_apart(self, webhooks: Webhooks, minutes: int) -> None:
        body = an_event()
        assert webhooks.read(body, signed(body, minutes=minutes), now=now())

    @pytest.mark.parametrize(
        "signature", ["", "t=now,v1=0", "v1=0", "t=1,v1=é", "nonsense", "t,v1", "t=1"]
    )
    def test_refuses_what_is_no_signature(self, webhooks: Webhooks, signature: str) -> None:
        with pytest.raises(BadSignature):
            webhooks.read(an_event(), signature, now=now())

    def test_refuses_another_body_another_secret_and_half_a_character(
        self, webhooks: Webhooks
    ) -> None:
        body = an_event()
        for other, signature in (
            (body + b" ", signed(body)),
            (body, signed(body, "whsec_of_somebody")),
            (body[:-1] + b"\xc3", signed(body)),
        ):
            with pytest.raises(BadSignature):
                webhooks.read(other, signature, now=now())

    @pytest.mark.parametrize(
        "body",
        [b"", b"not json", b"[]", b"null", b"{}", b'{"data": {"object": null}}'],
    )
    def test_refuses_what_is_signed_and_no_event(self, webhooks: Webhooks, body: bytes) -> None:
        with pytest.raises(BadSignature):
            webhooks.read(body, signed(body), now=now())

    @pytest.mark.parametrize("secrets", ["", " , "])
    def test_believes_nothing_without_a_secret(self, secrets: str) -> None:
        body = an_event()
        with pytest.raises(BadSignature):
            Webhooks(SecretStr(secrets)).read(body, signed(body, " "), now=now())

    @pytest.mark.parametrize(
        ("about", "intent"),
        [
            ({"id": "re_1", "object": "refund", "payment_intent": "pi_9"}, "pi_9"),
            ({"id": "du_1", "object": "dispute", "payment_intent": {"id": "pi_9"}}, "pi_9"),
            ({"id": "cus_1", "object": "customer"}, None),
        ],
    )
    def test_says_which_payment_it_belongs_to(
        self, webhooks: Webhooks, about: dict[str, Any], intent: str | None
    ) -> None:
        body = an_event(metadata={"order_id": "none of ours"}, **about)
        event = webhooks.read(body, signed(body), now=now())
        assert (event.object_id, event.payment_intent_id) == (about["id"], intent)
        assert event.order_id is None

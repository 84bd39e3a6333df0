"""What Stripe may tell, and who may not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import stripe
from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import WebhookEventRow
from api.app import create_app
from api.services import Settings
from tests.support.rest import Visitor, refused
from tests.support.serving import serving

PATH = "/webhooks/stripe"


def an_event(**given: Any) -> str:
    about = {"id": "pi_of_nobody", "object": "payment_intent", "metadata": {}}
    event = {"id": f"evt_{uuid4().hex}", "type": "payment_intent.succeeded", "created": 1, **given}
    return json.dumps({**event, "data": {"object": about}})


def signed(body: str, secret: str, *, minutes: int = 0) -> dict[str, str]:
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    header = stripe.WebhookSignature.generate_signature_header(
        body, secret, timestamp=int(at.timestamp())
    )
    return {"Stripe-Signature": header, "Content-Type": "application/json"}


@pytest.fixture
def secret(settings: Settings) -> str:
    return settings.webhooks.webhook_secret.get_secret_value()


class TestReceive:
    async def test_keeps_an_event_once_however_often_it_comes(
        self, visitor: Visitor, settings: Settings, secret: str
    ) -> None:
        body = an_event(id=f"evt_{uuid4().hex}")
        for _ in range(2):
            answer = await visitor.send("POST", PATH, content=body, headers=signed(body, secret))
            assert answer.status_code == 202, answer.text
        database = Database(settings.databases.payments_dsn)
        async with database.transaction() as session:
            kept = await session.get(WebhookEventRow, json.loads(body)["id"])
        await database.close()
        assert kept
        assert (kept.type, kept.object_id) == ("payment_intent.succeeded", "pi_of_nobody")

    @pytest.mark.parametrize("minutes", [-6, 6])
    async def test_refuses_a_signature_of_another_time(
        self, visitor: Visitor, secret: str, minutes: int
    ) -> None:
        body = an_event()
        headers = signed(body, secret, minutes=minutes)
        refused(
            await visitor.send("POST", PATH, content=body, headers=headers), 400, "bad_signature"
        )

    async def test_refuses_what_somebody_else_signed_or_nobody(self, visitor: Visitor) -> None:
        body = an_event()
        for headers in (signed(body, "whsec_of_somebody"), {}):
            answer = await visitor.send("POST", PATH, content=body, headers=headers)
            refused(answer, 400, "bad_signature")

    async def test_refuses_a_body_without_end(self, visitor: Visitor, secret: str) -> None:
        body = an_event(more="x" * 70_000)
        answer = await visitor.send("POST", PATH, content=body, headers=signed(body, secret))
        refused(answer, 413, "body_too_large")

    async def test_has_stripe_come_back_while_postgres_is_away(
        self, settings: Settings, secret: str, free_tcp_port: int
    ) -> None:
        nowhere = SecretStr(f"postgresql://payments@127.0.0.1:{free_tcp_port}/none")
        databases = settings.databases.model_copy(update={"payments_dsn": nowhere})
        with serving(create_app(replace(settings, databases=databases))) as url:
            async with httpx.AsyncClient(base_url=url, timeout=30) as http:
                body = an_event()
                answer = await Visitor(http).send(
                    "POST", PATH, content=body, headers=signed(body, secret)
                )
        refused(answer, 503, "unavailable")

"""What Stripe tells. A webhook is a hint that something changed: it is kept, and looked into."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from api.dependencies import Using
from api.openapi import refusals
from domain.errors import BadSignature

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

# The signature is of the bytes, so the route reads them itself.
_EVENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {
                    "id": "evt_3f1c9e",
                    "type": "payment_intent.succeeded",
                    "data": {"object": {"id": "pi_3f1c9e", "object": "payment_intent"}},
                },
            }
        },
    }
}


@router.post(
    "/stripe",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(BadSignature),
    response_class=Response,
    openapi_extra=_EVENT,
)
async def receive_stripe_webhook(
    request: Request,
    services: Using,
    stripe_signature: Annotated[str, Header(description="As Stripe signs it.")] = "",
) -> None:
    """Stripe's own. Answered as soon as it is kept, and kept once however often it is sent."""
    event = services.webhooks.read(await request.body(), stripe_signature, now=datetime.now(UTC))
    await services.webhook_events.receive(event)

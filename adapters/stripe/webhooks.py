"""Stripe's webhooks: whether Stripe sent them, and what they are about.

https://docs.stripe.com/webhooks#verify-manually
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import stripe
from pydantic import SecretStr

from domain.casework import WebhookEvent
from domain.errors import BadSignature

# How far Stripe's clock and ours may be apart, both ways: the library only minds the past.
_TOLERANCE_SECONDS = 300


class Webhooks:
    """Believes what any of the secrets signed; while one replaces another there are two."""

    def __init__(self, secrets: SecretStr) -> None:
        self._secrets = [each for each in secrets.get_secret_value().split(",") if each.strip()]

    def read(self, body: bytes, signature: str, *, now: datetime) -> WebhookEvent:
        """Raises `BadSignature`, also for a signature of long ago or of the future, and for what is
        no event, whoever signed it.
        """
        try:
            # The library compares signatures as text, and stumbles over what is not ASCII.
            signature.encode("ascii")
            text = body.decode()
            signed_at = _signed_at(signature)
        except ValueError as error:
            raise _refusal() from error
        if signed_at - now.timestamp() > _TOLERANCE_SECONDS:
            raise _refusal()
        if not any(_is_signed(text, signature, secret.strip()) for secret in self._secrets):
            raise _refusal()
        try:
            return _event(json.loads(text))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise BadSignature("It is signed, and no event of Stripe's.") from error


def _refusal() -> BadSignature:
    return BadSignature("The signature is not Stripe's, or not of just now.")


def _signed_at(signature: str) -> int:
    """Raises `ValueError` where the header has no time."""
    times = (part.partition("=") for part in signature.split(","))
    return int(next((value for name, _, value in times if name == "t"), ""))


def _is_signed(text: str, signature: str, secret: str) -> bool:
    with suppress(stripe.SignatureVerificationError):
        return bool(
            stripe.WebhookSignature.verify_header(
                text, signature, secret, tolerance=_TOLERANCE_SECONDS
            )
        )
    return False


def _event(event: dict[str, Any]) -> WebhookEvent:
    about = event["data"]["object"]
    return WebhookEvent(
        id=event["id"],
        type=event["type"],
        # Some objects have none: the account's balance.
        object_id=about.get("id", ""),
        order_id=_order_id(about.get("metadata") or {}),
        payment_intent_id=_intent_id(about),
        created_at=datetime.fromtimestamp(event["created"], UTC),
    )


def _order_id(metadata: dict[str, str]) -> UUID | None:
    with suppress(ValueError):
        return UUID(metadata.get("order_id", ""))
    return None


def _intent_id(about: dict[str, Any]) -> str | None:
    if about.get("object") == "payment_intent":
        return str(about["id"])
    found = about.get("payment_intent")
    return str(found["id"]) if isinstance(found, dict) else found

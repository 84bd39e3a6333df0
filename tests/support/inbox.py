"""News of Stripe's in the inbox, and what became of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from adapters.postgres.engine import Database
from domain.casework import WebhookEvent


def an_event(type_: str, **given: Any) -> WebhookEvent:
    defaults: dict[str, Any] = {
        "id": f"evt_{uuid4().hex}",
        "type": type_,
        "object_id": "obj_1",
        "order_id": None,
        "payment_intent_id": None,
        "created_at": datetime.now(UTC),
    }
    return WebhookEvent(**(defaults | given))


async def outcomes(database: Database) -> dict[str, str | None]:
    async with database.transaction() as session:
        rows = await session.execute(text("SELECT id, outcome FROM payments.webhook_events"))
        return {row.id: row.outcome for row in rows}

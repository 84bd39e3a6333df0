"""Stripe's webhooks as they arrived: each once, by its event's id."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import WebhookEventRow
from domain.casework import WebhookEvent


class WebhookEventRepository:
    """The API's side of the inbox; `inbox.py` is the side of the one who works through it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, event: WebhookEvent) -> None:
        """Keep it, which wakes the one who works through the inbox. A repetition does nothing."""
        kept = insert(WebhookEventRow).values(
            id=event.id,
            type=event.type,
            object_id=event.object_id,
            order_id=event.order_id,
            payment_intent_id=event.payment_intent_id,
            created_at=event.created_at,
        )
        async with self._database.transaction() as session:
            await session.execute(kept.on_conflict_do_nothing())

    async def list(
        self, *, outcome: str, before: tuple[datetime, str] | None = None, limit: int
    ) -> Sequence[WebhookEvent]:
        """Those that ended so, the newest first.

        `before` is `received_at` and id of the last one of the page before.
        """
        query = select(WebhookEventRow).where(WebhookEventRow.outcome == outcome)
        if before:
            query = query.where(tuple_(WebhookEventRow.received_at, WebhookEventRow.id) < before)
        newest = query.order_by(WebhookEventRow.received_at.desc(), WebhookEventRow.id.desc())
        async with self._database.transaction() as session:
            return [_event(row) for row in await session.scalars(newest.limit(limit))]


def _event(row: WebhookEventRow) -> WebhookEvent:
    return WebhookEvent(
        id=row.id,
        type=row.type,
        object_id=row.object_id,
        order_id=row.order_id,
        payment_intent_id=row.payment_intent_id,
        created_at=row.created_at,
        received_at=row.received_at,
        outcome=row.outcome,
    )

"""The inbox of Stripe's webhooks, worked through beside the payments worker.

Events come in any order, several times, late or never: each is only a hint to look, and whoever
looks asks Stripe. One that can't be passed on stays claimed for a while, and is tried again.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog
from prometheus_client import Counter, Gauge
from pydantic import SecretStr

from adapters.postgres.payments.inbox import Inbox
from adapters.weather import endure
from domain.casework import WebhookEvent
from workers.hints import Hints

_AT_ONCE = 50
# What a process that died leaves to the others, after this long.
_LEASE = timedelta(seconds=15)
# A commit wakes the loop; that a wake-up got lost, or a lease is over, is noticed after this long.
_POLL_SECONDS = 1.0
# Time to see what arrived.
_KEPT = timedelta(days=30)
_PRUNED_EVERY_SECONDS = 3600

PROCESSED = Counter("webhooks_processed_total", "Webhooks by what became of them.", ["outcome"])
OLDEST = Gauge("webhooks_oldest_seconds", "How long the oldest unprocessed one has waited.")

log = structlog.stdlib.get_logger(__name__)


class WebhookInbox:
    """Several of them share the work."""

    def __init__(self, dsn: SecretStr, hints: Hints) -> None:
        self._dsn = dsn
        self._hints = hints
        self._pruned_at = float("-inf")

    async def run(self) -> None:
        """Until it is cancelled: it outlives outages of Postgres and of Temporal."""
        async for attempt in endure():
            with attempt:
                async with Inbox.connect(self._dsn) as inbox:
                    await self._work(inbox)

    async def _work(self, inbox: Inbox) -> None:
        while True:
            OLDEST.set(await inbox.oldest_seconds())
            events = await inbox.claim(_AT_ONCE, lease=_LEASE)
            if events:
                await self._pass_on(inbox, events)
            else:
                await self._prune(inbox)
                await inbox.wait(_POLL_SECONDS)

    async def _pass_on(self, inbox: Inbox, events: Sequence[WebhookEvent]) -> None:
        """Side by side, so that one which can't be passed on holds up only itself."""
        await asyncio.gather(*(self._process(inbox, event) for event in events))

    async def _process(self, inbox: Inbox, event: WebhookEvent) -> None:
        try:
            outcome = await self._route(inbox, event)
        except Exception:  # Whatever it is passes or is seen in the log; the lease ends by itself.
            log.exception("webhook.not_passed_on", event_id=event.id, type=event.type)
            return
        await inbox.finish(event, outcome)
        PROCESSED.labels(outcome).inc()
        log.info("webhook.processed", event_id=event.id, type=event.type, outcome=outcome)

    async def _route(self, inbox: Inbox, event: WebhookEvent) -> str:
        """Tell who has to look. Returns what became of the event, in a word."""
        if not event.type.startswith(("payment_intent.", "charge.", "refund.")):
            return "ignored"
        order_id = await inbox.order_of(event)
        if order_id is None:
            return "unknown_object"
        if event.type.startswith("charge.dispute."):
            await self._hints.dispute_changed(event.object_id)
            return "dispute"
        if refund := await inbox.refund_of(event):
            await self._hints.refund_changed(order_id, refund)
            return "refund"
        await self._hints.order_changed(order_id)
        return "order"

    async def _prune(self, inbox: Inbox) -> None:
        if time.monotonic() - self._pruned_at < _PRUNED_EVERY_SECONDS:
            return
        while pruned := await inbox.prune(_KEPT):
            log.info("webhooks.pruned", rows=pruned)
        self._pruned_at = time.monotonic()

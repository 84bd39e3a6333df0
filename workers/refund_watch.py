"""Figures of the refunds that are due, for whoever is on call. Several of these tell the same."""

import asyncio

from prometheus_client import Gauge

from adapters.postgres.payments.due import RefundsDue
from adapters.weather import endure

_EVERY_SECONDS = 15

DUE = Gauge("refunds_due", "Refunds that could not be made: open cases.")
OVERDUE = Gauge("refunds_overdue", "Those of them that are past their deadline.")
OLDEST = Gauge("refunds_due_oldest_seconds", "How long the oldest case has been open.")
WATCHED = Gauge("refunds_watched_timestamp_seconds", "When the refunds were last looked at.")


async def watch_refunds(refunds: RefundsDue) -> None:
    """Until it is cancelled: it outlives outages of Postgres."""
    async for attempt in endure():
        with attempt:
            while True:
                await look(refunds)
                await asyncio.sleep(_EVERY_SECONDS)


async def look(refunds: RefundsDue) -> None:
    due = await refunds.look()
    DUE.set(due.refunds)
    OVERDUE.set(due.overdue)
    OLDEST.set(due.oldest_seconds)
    WATCHED.set_to_current_time()

"""What the sandbox does by itself: appointments that are due, and webhooks on their way."""

import asyncio
import hashlib
import hmac
import json
import time
from contextlib import suppress

import httpx

from infra.stripe_sandbox import clock, deliveries, schedule
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.deliveries import Delivery, Endpoint
from infra.stripe_sandbox.passing_time import catch_up
from infra.stripe_sandbox.session import Body, Session

_ATTEMPT_SECONDS = 10
_GIVE_UP_SECONDS = 3 * 24 * 60 * 60


class Background:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._under_way: set[int] = set()

    async def run(self) -> None:
        """Until it is cancelled; deliveries under way then are attempted again after a restart."""
        async with (
            httpx.AsyncClient(timeout=_ATTEMPT_SECONDS, trust_env=False) as http,
            asyncio.TaskGroup() as attempts,
        ):
            while True:
                self._database.changed.clear()
                with self._database.transaction() as connection:
                    catch_up(connection)
                for delivery in deliveries.due(connection, self._under_way):
                    self._under_way.add(delivery.id)
                    attempts.create_task(self._attempt(http, delivery))
                await self._something_to_do()

    async def _something_to_do(self) -> None:
        """Return once a transaction wrote something, or the next thing is due."""
        connection = self._database.connection
        moments = [schedule.next_due_at(connection)]
        # Without a free place only the end of an attempt helps, which is a transaction.
        if len(self._under_way) < deliveries.AT_ONCE:
            moments.append(deliveries.next_due_at(connection, self._under_way))
        known = [moment for moment in moments if moment is not None]
        pause = max(0.0, min(known) - time.time()) if known else None
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._database.changed.wait()

    async def _attempt(self, http: httpx.AsyncClient, delivery: Delivery) -> None:
        connection = self._database.connection
        now = clock.now(connection, delivery.account)
        session = Session(connection=connection, account=delivery.account, now=now)
        event = session.find("event", delivery.event)
        endpoint = deliveries.endpoint_of(connection, delivery.account)
        arrived = endpoint is not None and await _sent(http, endpoint, event)
        self._under_way.discard(delivery.id)
        with self._database.transaction():
            if arrived:
                session.save(event | {"pending_webhooks": 0})
            if arrived or endpoint is None or now - event["created"] > _GIVE_UP_SECONDS:
                deliveries.finish(connection, delivery)
            else:
                deliveries.postpone(connection, delivery)


async def _sent(http: httpx.AsyncClient, endpoint: Endpoint, event: Body) -> bool:
    payload = json.dumps(event, indent=2)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": _signature(payload, endpoint.secret),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }
    try:
        # The client's own limit is on each part of an attempt.
        async with asyncio.timeout(_ATTEMPT_SECONDS):
            answer = await http.post(endpoint.url, content=payload, headers=headers)
    except (httpx.HTTPError, TimeoutError):
        return False
    return answer.is_success


def _signature(payload: str, secret: str) -> str:
    """https://docs.stripe.com/webhooks#verify-manually, on the machine's clock: the receiver's."""
    timestamp = int(time.time())
    signed = hmac.new(secret.encode(), f"{timestamp}.{payload}".encode(), hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"

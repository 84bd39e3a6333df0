"""The inbox: worked through in any order, by several, however often somebody dies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.steps import StepState
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow, RefundRow, StepRow
from adapters.postgres.payments.webhook_events import WebhookEventRepository
from adapters.settings import DatabaseSettings
from domain.payments import PaymentStatus
from domain.refunds import Liable, RefundReason, RefundState

# A fixture is found by its name.
from tests.support.inbox import an_event, outcomes
from tests.support.polling import seen
from workers import webhooks
from workers.webhooks import WebhookInbox


class Heard:
    """Hints as they are given; `broken` ones fail so many times before."""

    def __init__(self) -> None:
        self.orders: list[UUID] = []
        self.refunds: list[tuple[UUID, str]] = []
        self.disputes: list[str] = []
        self.broken = 0
        self.stuck: asyncio.Event | None = None

    async def order_changed(self, order_id: UUID) -> None:
        await self._fail()
        self.orders.append(order_id)

    async def refund_changed(self, order_id: UUID, key: str) -> None:
        await self._fail()
        self.refunds.append((order_id, key))

    async def dispute_changed(self, dispute_id: str) -> None:
        await self._fail()
        self.disputes.append(dispute_id)

    async def _fail(self) -> None:
        if self.stuck:
            self.stuck.set()
            await asyncio.Event().wait()
        if self.broken:
            self.broken -= 1
            raise ConnectionError


@pytest.fixture
async def database(quiet_databases: DatabaseSettings) -> AsyncIterator[Database]:
    """With an inbox of this test's own."""
    database = Database(quiet_databases.payments_dsn)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM payments.webhook_events"))
    yield database
    await database.close()


@pytest.fixture
def events(database: Database) -> WebhookEventRepository:
    return WebhookEventRepository(database)


@pytest.fixture
def hints() -> Heard:
    return Heard()


@pytest.fixture
async def order_id(database: Database) -> UUID:
    """Of an order whose payment we have, with a PaymentIntent and a refund named after it."""
    order_id, now = uuid4(), datetime.now(UTC)
    authorize, refund = f"{order_id}:authorize", f"{order_id}:refund:1"
    async with database.transaction() as session:
        payment = PaymentRow(order_id=order_id, customer_id=uuid4(), currency="USD", amount=2_300)
        payment.status = PaymentStatus.PENDING
        session.add(payment)
        session.add_all(
            StepRow(key=key, state=StepState.OPEN, begun_at=now) for key in (authorize, refund)
        )
        await session.flush()
        session.add(
            AuthorizationRow(
                key=authorize,
                order_id=order_id,
                payment_intent_id=f"pi_{order_id}",
                status=PaymentStatus.PENDING,
            )
        )
        session.add(
            RefundRow(
                order_id=order_id,
                key=refund,
                part_of=f"{order_id}:refund",
                stripe_refund_id=f"re_{order_id}",
                amount=1,
                status=RefundState.FAILED,
                liable=Liable.PLATFORM,
                reason=RefundReason.ORDER_ENDED,
            )
        )
    return order_id


@asynccontextmanager
async def working(
    quiet_databases: DatabaseSettings, hints: Heard
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker on the inbox; leaving it kills it where it is."""
    task = asyncio.create_task(WebhookInbox(quiet_databases.payments_dsn, hints).run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def all_done(database: Database) -> dict[str, str | None]:
    return await seen(lambda: outcomes(database), lambda found: all(found.values()))


class TestWebhookInbox:
    @pytest.mark.parametrize(
        ("type_", "outcome"),
        [
            ("payment_intent.succeeded", "order"),
            ("charge.captured", "order"),
            ("refund.created", "order"),
            ("customer.updated", "ignored"),
        ],
    )
    async def test_tells_the_order_that_something_changed(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
        order_id: UUID,
        type_: str,
        outcome: str,
    ) -> None:
        event = an_event(type_, order_id=order_id)
        await events.receive(event)
        async with working(quiet_databases, hints):
            assert await all_done(database) == {event.id: outcome}
        assert hints.orders == ([order_id] if outcome == "order" else [])

    async def test_finds_the_order_refund_and_dispute_by_stripes_own_ids(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
        order_id: UUID,
    ) -> None:
        intent = f"pi_{order_id}"
        for event in (
            an_event("charge.succeeded", payment_intent_id=intent),
            an_event("refund.failed", object_id=f"re_{order_id}", payment_intent_id=intent),
            an_event("charge.dispute.created", object_id="du_1", payment_intent_id=intent),
        ):
            await events.receive(event)
        async with working(quiet_databases, hints):
            await all_done(database)
        assert hints.orders == [order_id]
        assert hints.refunds == [(order_id, f"{order_id}:refund")]
        assert hints.disputes == ["du_1"]

    async def test_keeps_news_of_nobodys_object_to_be_seen(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
    ) -> None:
        event = an_event("charge.dispute.created", order_id=uuid4(), payment_intent_id="pi_none")
        await events.receive(event)
        async with working(quiet_databases, hints):
            await all_done(database)
        [kept] = await events.list(outcome="unknown_object", limit=9)
        assert (kept.id, kept.object_id) == (event.id, event.object_id)
        assert hints.disputes == []

    async def test_passes_one_on_once_however_often_it_is_sent(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
        order_id: UUID,
    ) -> None:
        event = an_event("charge.succeeded", order_id=order_id)
        await events.receive(event)
        async with working(quiet_databases, hints), working(quiet_databases, hints):
            await all_done(database)
            await events.receive(event)
            other = an_event("charge.succeeded", order_id=order_id)
            await events.receive(other)
            assert set(await all_done(database)) == {event.id, other.id}
        assert hints.orders == [order_id, order_id]

    async def test_leaves_to_others_what_a_killed_worker_had_claimed(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
        order_id: UUID,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(webhooks, "_LEASE", timedelta(seconds=1))
        event = an_event("charge.succeeded", order_id=order_id)
        await events.receive(event)
        dying = Heard()
        dying.stuck = asyncio.Event()
        async with working(quiet_databases, dying):
            await dying.stuck.wait()
        assert await outcomes(database) == {event.id: None}
        async with working(quiet_databases, hints):
            assert await all_done(database) == {event.id: "order"}

    async def test_tries_again_what_could_not_be_passed_on_while_others_go_on(
        self,
        quiet_databases: DatabaseSettings,
        database: Database,
        events: WebhookEventRepository,
        hints: Heard,
        order_id: UUID,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(webhooks, "_LEASE", timedelta(seconds=1))
        hints.broken = 1
        for _ in range(2):
            await events.receive(an_event("charge.succeeded", order_id=order_id))
        async with working(quiet_databases, hints):
            await all_done(database)
        assert hints.orders == [order_id, order_id]

"""The relay as a process, with the faults that it is there for."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from signal import SIGCONT, SIGKILL, SIGSTOP
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert, select, text

from adapters.kafka.topics import ORDERS
from adapters.postgres.ordering.tables import OutboxRow
from adapters.settings import KafkaSettings
from domain.events.orders import OrderEvent, OrderEventType
from domain.notifications import NotificationType
from domain.orders import PlaceOrder
from infra.stack.catalog import worker
from infra.stack.ports import free_port
from tests.support.pipeline import Pipeline, eventually, running_pipeline
from tests.support.topics import at_most_bytes, records_in

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

PUBLISHED = 'outbox_published_total{context="ordering"}'
HELD_UP = 'outbox_held_up{context="ordering"}'
STEPS = [
    OrderEventType.PLACED,
    OrderEventType.RESERVED,
    OrderEventType.CONFIRMED,
    OrderEventType.ACCEPTED,
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pipeline() -> AsyncIterator[Pipeline]:
    async with running_pipeline() as pipeline:
        yield pipeline


def types(events: Iterable[OrderEvent]) -> list[OrderEventType]:
    return [event.type for event in events]


def first_of_each(events: Iterable[OrderEvent]) -> list[OrderEventType]:
    """As a reader sees them that drops what it has seen."""
    return list(dict.fromkeys(types(events)))


def kafka_of(pipeline: Pipeline) -> KafkaSettings:
    return KafkaSettings(bootstrap=pipeline.stack.site.kafka_bootstrap)


@asynccontextmanager
async def another_relay(pipeline: Pipeline) -> AsyncIterator[int]:
    """`outbox-2`. Yields its port."""
    port = free_port()
    await pipeline.stack.add(worker(pipeline.stack.site, "outbox", name="outbox-2", port=port))
    try:
        yield port
    finally:
        await pipeline.stack.remove("outbox-2")


@asynccontextmanager
async def an_event_that_is_refused(pipeline: Pipeline) -> AsyncIterator[str]:
    """By the broker, for its size. Yields its id; it is gone at the end."""
    event_id, order_id = uuid4(), uuid4()
    row = insert(OutboxRow).values(
        id=event_id,
        aggregatetype=ORDERS.aggregate,
        aggregateid=str(order_id),
        type=OrderEventType.PLACED,
        payload=bytes(60_000),
        headers={},
    )
    async with at_most_bytes(kafka_of(pipeline).bootstrap, ORDERS, 50_000):
        async with pipeline.ordering.transaction() as session:
            await session.execute(row)
        yield str(event_id)
        async with pipeline.ordering.transaction() as session:
            await session.execute(delete(OutboxRow).where(OutboxRow.id == event_id))


@asynccontextmanager
async def marking_held_up(pipeline: Pipeline, order: PlaceOrder) -> AsyncIterator[None]:
    """Nobody can mark the order's events; who tried meanwhile is cut off at the end."""
    rows = select(OutboxRow.id).where(OutboxRow.aggregateid == str(order.order_id))
    async with pipeline.ordering.transaction() as session:
        await session.execute(rows.with_for_update())
        yield
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'UPDATE%published_at%' AND pid <> pg_backend_pid()"
            )
        )


class TestRelay:
    async def test_keeps_the_events_of_an_order_in_their_order(self, pipeline: Pipeline) -> None:
        orders = await pipeline.accept_orders(20)
        await eventually(pipeline.all_published)

        sent = await pipeline.sent()
        for order in orders:
            events = sent[order.order_id]
            assert types(events) == STEPS
            assert events == sorted(events, key=lambda event: event.aggregate_version)

    async def test_repeats_the_envelope_in_the_headers(self, pipeline: Pipeline) -> None:
        order = await pipeline.accept_order(correlation_id="req-7")
        await eventually(pipeline.all_published)

        [placed, *_] = (await pipeline.sent())[order.order_id]
        records = await records_in(kafka_of(pipeline).bootstrap, ORDERS.name)
        [record, *_] = [each for each in records if each.key == str(order.order_id).encode()]
        headers = {name: value.decode() for name, value in record.headers}
        assert headers.pop("ce_time")
        assert headers == {
            "content-type": "application/protobuf",
            "ce_specversion": "1.0",
            "ce_id": str(placed.event_id),
            "ce_type": "order_placed",
            "ce_source": "/ordering",
            "correlation_id": "req-7",
        }

    async def test_sends_again_what_it_had_sent_but_not_marked_when_it_was_killed(
        self, pipeline: Pipeline
    ) -> None:
        await pipeline.stack.halt("outbox")
        order = await pipeline.accept_order()

        async def stands_in_kafka() -> bool:
            return len((await pipeline.sent()).get(order.order_id, [])) == len(STEPS)

        async with marking_held_up(pipeline, order):
            await pipeline.stack.resume("outbox")
            await eventually(stands_in_kafka)
            pipeline.stack.kill("outbox", SIGKILL)
        await eventually(pipeline.all_published)

        events = (await pipeline.sent())[order.order_id]
        assert types(events) == STEPS * 2
        assert len({event.event_id for event in events}) == len(STEPS)
        await eventually(partial(pipeline.dealt_with, events[-1].event_id))
        assert await pipeline.told(order) == [NotificationType.ORDER_ACCEPTED]

    async def test_waits_calmly_while_kafka_is_away(self, pipeline: Pipeline) -> None:
        before, began = pipeline.lines_of("outbox"), time.monotonic()
        await pipeline.stack.halt("kafka")
        orders = await pipeline.accept_orders(20)

        async def says_so() -> bool:
            answer = await pipeline.health_of("outbox")
            waiting: int = answer["details"]["outbox"]["ordering"]["unpublished"]
            return waiting == len(orders) * len(STEPS) and answer["checks"]["kafka"] != "ok"

        await eventually(says_so)
        assert not await pipeline.is_ready("outbox")
        await pipeline.stack.resume("kafka")
        await eventually(pipeline.all_published)

        sent = await pipeline.sent()
        assert all(first_of_each(sent[order.order_id]) == STEPS for order in orders)
        # It says every few seconds that it is late.
        away = time.monotonic() - began
        assert pipeline.lines_of("outbox") - before < max(40, away)

    async def test_loses_nothing_when_the_broker_is_killed(self, pipeline: Pipeline) -> None:
        before = await pipeline.accept_orders(20)
        pipeline.stack.kill("kafka", SIGKILL)
        orders = [*before, *await pipeline.accept_orders(20)]
        await eventually(pipeline.all_published)

        sent = await pipeline.sent()
        assert all(first_of_each(sent[order.order_id]) == STEPS for order in orders)

    async def test_shares_the_work_with_another_which_may_die(self, pipeline: Pipeline) -> None:
        own = pipeline.stack.site.settings.outbox_port
        before = await pipeline.metric(own, PUBLISHED)
        async with another_relay(pipeline) as other, asyncio.timeout(60):
            calm: list[PlaceOrder] = []
            while not (
                await pipeline.metric(own, PUBLISHED) > before
                and await pipeline.metric(other, PUBLISHED) > 0
            ):
                calm += await pipeline.accept_orders(20)
                await eventually(pipeline.all_published)
            burst = asyncio.create_task(pipeline.accept_orders(40))
            # What waits does so for milliseconds, and may be missed.
            while not (burst.done() or await pipeline.unpublished()):
                pass
            pipeline.stack.kill("outbox-2", SIGKILL)
            stormy = await burst
            await eventually(pipeline.all_published)

        sent = await pipeline.sent()
        assert all(types(sent[order.order_id]) == STEPS for order in calm)
        assert all(first_of_each(sent[order.order_id]) == STEPS for order in stormy)

    async def test_leaves_to_another_what_it_had_when_it_was_frozen(
        self, pipeline: Pipeline
    ) -> None:
        stack = pipeline.stack
        stack.kill("kafka", SIGSTOP)
        order = await pipeline.accept_order()
        await eventually(pipeline.some_are_taken)
        stack.kill("outbox", SIGSTOP)
        stack.kill("kafka", SIGCONT)
        try:
            async with another_relay(pipeline):
                await eventually(pipeline.all_published)
        finally:
            stack.kill("outbox", SIGCONT)

        later = await pipeline.accept_order()
        await eventually(pipeline.all_published)
        sent = await pipeline.sent()
        assert first_of_each(sent[order.order_id]) == STEPS
        assert first_of_each(sent[later.order_id]) == STEPS

    async def test_holds_up_no_order_but_the_one_whose_event_is_refused(
        self, pipeline: Pipeline
    ) -> None:
        async with an_event_that_is_refused(pipeline) as event_id:
            await eventually(partial(pipeline.has_logged, "outbox", "outbox.held_up"))
            orders = await pipeline.accept_orders(20)

            async def others_are_published() -> bool:
                return await pipeline.unpublished() == 1

            await eventually(others_are_published)
            assert await pipeline.has_logged("outbox", event_id)
            port = pipeline.stack.site.settings.outbox_port
            await eventually(partial(pipeline.metric, port, HELD_UP))

        sent = await pipeline.sent()
        assert all(first_of_each(sent[order.order_id]) == STEPS for order in orders)

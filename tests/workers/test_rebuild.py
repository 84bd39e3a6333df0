"""The list of orders made anew from what is in Kafka; tests/soak has the same with ten thousand."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import delete, insert
from typer.testing import CliRunner, Result

from adapters.kafka.codec import encode
from adapters.kafka.history import History, Unreadable
from adapters.kafka.producer import Producer
from adapters.kafka.record import Record
from adapters.kafka.topics import ORDERS, PAYMENTS
from adapters.postgres.ordering.rebuilding import AlreadyRunning, RebuiltOrders
from adapters.postgres.ordering.tables import OutboxRow
from adapters.settings import KafkaSettings
from domain.events.orders import OrderEvent, OrderEventType
from domain.events.payments import PaymentEventType
from domain.orders import OrderStatus
from infra.stack.ports import free_port
from tests.support import spoiling
from tests.support.courses import Courses
from tests.support.events import a_payment_event
from tests.support.ordering import OUT_OF_DOUGH, events_of
from tests.support.pipeline import Pipeline, eventually, running_pipeline
from workers import rebuild
from workers.rebuilding import Findings, Rebuilding

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

COUNT, SEED = 100, 6
# By hand, and what it shows in.
SPOILED = {
    "subtotal = subtotal - 1, total = total - 1": ["subtotal", "total"],
    "status = 'preparing'": ["status"],
    "courier_id = gen_random_uuid()": ["courier_id"],
    "refund_status = 'due'": ["refund_status"],
    "answer_by = now()": ["answer_by"],
    "lines = jsonb_set(lines, '{0,quantity}', '7')": ["lines"],
    "version = version - 1": ["version"],
}


@dataclass(frozen=True, kw_only=True)
class Shop:
    """`order_ids` are those of some orders which were delivered, among others."""

    pipeline: Pipeline
    courses: Courses
    order_ids: list[UUID]

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(bootstrap=self.pipeline.stack.site.kafka_bootstrap)

    @property
    def rebuilt(self) -> RebuiltOrders:
        return RebuiltOrders(self.pipeline.ordering)

    async def events_of(self, order_id: UUID) -> list[OrderEvent]:
        return await events_of(self.pipeline.ordering, order_id)

    async def compared(self, *, say: Callable[[str], None] = print) -> Findings:
        async with History.connect(self.kafka, ORDERS) as history:
            return await Rebuilding(history, self.rebuilt, say=say).compare()

    async def command(self, *arguments: str, **settings: str) -> tuple[int | None, list[str]]:
        """Status and lines of `python -m workers rebuild orders …`."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "workers", "rebuild", "orders", *arguments),
            env=self.pipeline.stack.site.environment() | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        return process.returncode, out.decode().splitlines()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop() -> AsyncIterator[Shop]:
    async with running_pipeline("outbox") as pipeline:
        courses = Courses(pipeline.ordering, SEED)
        order_ids = [await courses.a_delivered_order() for _ in SPOILED]
        await courses.orders(COUNT - len(order_ids))
        await eventually(pipeline.all_published)
        yield Shop(pipeline=pipeline, courses=courses, order_ids=order_ids)


@asynccontextmanager
async def relay_away(shop: Shop) -> AsyncIterator[None]:
    await shop.pipeline.stack.halt("outbox")
    try:
        yield
    finally:
        await shop.pipeline.stack.resume("outbox")
        await eventually(shop.pipeline.all_published)


async def lose(shop: Shop, order_id: UUID, type_: OrderEventType) -> dict[str, Any]:
    """The event never gets to Kafka, unless somebody puts its row back."""
    event = delete(OutboxRow).where(OutboxRow.aggregateid == str(order_id), OutboxRow.type == type_)
    async with shop.pipeline.ordering.transaction() as session:
        row = (await session.scalars(event.returning(OutboxRow))).one()
        names = [column.name for column in OutboxRow.__table__.columns]
        return {name: getattr(row, name) for name in names if name != "position"}


async def put_back(shop: Shop, *rows: dict[str, Any]) -> None:
    async with shop.pipeline.ordering.transaction() as session:
        for row in rows:
            await session.execute(insert(OutboxRow).values(row))
    await eventually(shop.pipeline.all_published)


def with_a_lost_remark(event: OrderEvent) -> OrderEvent:
    """Cancelled after the backup that was restored."""
    why = replace(OUT_OF_DOUGH, remark_id=uuid4())
    order = replace(event.order, status=OrderStatus.CANCELLED, cancellation=why)
    return replace(event, aggregate_version=event.aggregate_version + 1, order=order)


def with_a_wrong_total(event: OrderEvent) -> OrderEvent:
    total = event.order.total
    order = replace(event.order, total=replace(total, amount=total.amount - 1))
    return replace(event, aggregate_version=event.aggregate_version + 1, order=order)


async def asked(**settings: str | None) -> Result:
    """`python -m workers rebuild orders`, where nobody has to be there for it."""
    invoke = partial(CliRunner().invoke, rebuild.app, ["orders"], env=settings)
    return await asyncio.to_thread(invoke)


class Told(History[OrderEvent]):
    """What stays in a topic for ever would be in the way of the other tests."""

    def __init__(self, events: list[OrderEvent]) -> None:
        self._events = events

    async def fresh(self) -> AsyncIterator[list[OrderEvent | Unreadable]]:
        events, self._events = self._events, []
        yield [*events]


class TestRebuild:
    async def test_finds_no_difference_where_nobody_interfered(self, shop: Shop) -> None:
        status, [summary] = await shop.command()
        assert status == 0, summary
        assert summary.startswith(f"{COUNT} orders, ")
        assert summary.endswith(
            "0 differ, 0 lack events, 0 unreadable, 0 moved meanwhile and were not compared"
        )

    async def test_says_which_server_is_away(self, shop: Shop) -> None:
        site, nowhere = shop.pipeline.stack.site, f"127.0.0.1:{free_port()}"
        away = site.dsn("ordering").replace(str(site.settings.postgres_port), nowhere[10:])
        for dsn, bootstrap, why in (
            (site.dsn("ordering"), nowhere, f"Kafka does not answer at {nowhere} (KAFKA_BOOTSTR"),
            (away, shop.kafka.bootstrap, "The database does not answer: "),
        ):
            told = await asked(ORDERING_DSN=dsn, KAFKA_BOOTSTRAP=bootstrap)
            assert (told.exit_code, told.stdout) == (2, "")
            assert told.stderr.startswith(why)
            assert len(told.stderr.splitlines()) == 1

    async def test_says_what_is_not_set(self) -> None:
        told = await asked(ORDERING_DSN=None, KAFKA_REPLICATION=None)
        assert (told.exit_code, told.stdout) == (2, "")
        assert told.stderr == "Not set: ORDERING_DSN (docs/deployment.md#settings)\n"

    async def test_says_what_is_no_setting(self) -> None:
        told = await asked(ORDERING_DSN="postgresql://", KAFKA_REPLICATION="many")
        assert told.exit_code == 2
        assert told.stderr == "Not valid: KAFKA_REPLICATION (docs/deployment.md#settings)\n"

    async def test_names_order_and_field_of_rows_that_were_changed_by_hand(
        self, shop: Shop
    ) -> None:
        spoilt = dict(zip(shop.order_ids, SPOILED.values(), strict=True))
        for order_id, columns in zip(shop.order_ids, SPOILED, strict=True):
            await spoiling.change(shop.pipeline.ordering, order_id, columns)
        found = await shop.compared()
        assert {it.order_id: it.fields for it in found.differences} == spoilt
        assert await shop.rebuilt.swap(shop.order_ids) == {}
        assert list(rebuild.told(await shop.compared()))[:-1] == []

    async def test_makes_rows_what_their_events_say_where_there_are_any(self, shop: Shop) -> None:
        wrong, gone, *_ = shop.order_ids
        made_up = await spoiling.copy(shop.pipeline.ordering, wrong)
        await spoiling.change(shop.pipeline.ordering, wrong, "ride_minutes = 99")
        await spoiling.remove(shop.pipeline.ordering, gone)
        status, lines = await shop.command("--swap")
        assert {*lines[:3]} == {
            f"order {wrong}: ride_minutes: live 99, events 15",
            f"order {gone}: no row, though it has events",
            f"order {made_up}: no events, though it has a row",
        }
        assert lines[4:] == [
            f"order {made_up}: left as it is: no event tells of it",
            "2 swapped, 1 left",
        ]
        assert status == 1
        await spoiling.remove(shop.pipeline.ordering, made_up)
        assert list(rebuild.told(await shop.compared()))[:-1] == []

    async def test_leaves_what_the_database_refuses_and_says_why(self, shop: Shop) -> None:
        damaged, moved, gone, wrong, *_ = shop.order_ids
        last = {each: (await shop.events_of(each))[-1] for each in (damaged, moved, gone, wrong)}
        for order_id in (moved, gone):
            last[order_id] = with_a_lost_remark(last[order_id])
        last[wrong] = with_a_wrong_total(last[wrong])
        await spoiling.change(shop.pipeline.ordering, damaged, "ride_minutes = 99")
        await spoiling.remove(shop.pipeline.ordering, gone)
        await shop.rebuilt.clear()
        assert await shop.rebuilt.write([*last.values()]) == []
        left = await shop.rebuilt.swap([moved, gone, wrong, damaged])
        assert left.keys() == {moved, gone, wrong}
        assert left[moved] == left[gone] == "its particulars or its remark are gone"
        assert left[wrong].endswith('violates check constraint "ck_orders_total_is_the_sum"')
        [still] = (await shop.compared()).differences
        assert (still.order_id, still.live) == (gone, None)
        assert await shop.rebuilt.swap([gone]) == {}

    async def test_passes_over_events_that_the_database_can_not_hold(self, shop: Shop) -> None:
        first, last, *_ = shop.order_ids
        good, bad = [(await shop.events_of(each))[-1] for each in (first, last)]
        bad = replace(bad, correlation_id="nobody's\0")
        history = Told([good, bad])
        found = await Rebuilding(history, shop.rebuilt).compare()
        line = f"order {last}: event {bad.event_id} can't be kept: "
        [told] = [each for each in rebuild.told(found) if each.startswith(line)]
        assert "NUL" in told
        assert found.events == 1
        differ = {it.order_id for it in found.differences}
        assert last in differ
        assert first not in differ

    async def test_is_made_by_one_at_a_time(self, shop: Shop) -> None:
        async with shop.rebuilt.alone():
            with pytest.raises(AlreadyRunning):
                await shop.rebuilt.alone().__aenter__()
            assert await shop.command() == (2, [])
        async with shop.rebuilt.alone():
            pass

    async def test_names_orders_whose_events_are_lost(self, shop: Shop) -> None:
        async with relay_away(shop):
            first, last = [await shop.courses.a_delivered_order() for _ in range(2)]
            lost = [
                await lose(shop, first, OrderEventType.CONFIRMED),
                await lose(shop, last, OrderEventType.DELIVERED),
            ]
        found = await shop.compared()
        assert found.missing == {first: [range(3, 4)]}
        [newer] = found.differences
        assert (newer.order_id, newer.is_newer_than_its_events) == (last, True)
        # Its events would take it back: nobody wants that.
        assert await shop.rebuilt.swap([last]) == {last: "it is newer than its events"}
        await put_back(shop, *lost)
        assert list(rebuild.told(await shop.compared()))[:-1] == []

    async def test_waits_for_events_that_are_on_their_way(self, shop: Shop) -> None:
        async with relay_away(shop):
            await shop.courses.a_delivered_order()
            comparing = asyncio.create_task(shop.compared())
        assert (await comparing).differences == []

    async def test_names_orders_whose_events_do_not_come_in_time(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workers.rebuilding._PATIENCE_SECONDS", 1.0)
        said: list[str] = []
        async with relay_away(shop):
            order_id = await shop.courses.a_delivered_order()
            found = await shop.compared(say=said.append)
        assert [(it.order_id, it.told) for it in found.differences] == [(order_id, None)]
        waits = "its events still wait in the outbox: is a relay running?"
        assert next(iter(rebuild.told(found))) == f"order {order_id}: {waits}"
        assert said == ["Waiting up to 1 s for the events of 1 order …"]

    async def test_finds_no_difference_in_orders_that_are_being_written(self, shop: Shop) -> None:
        async def go_on() -> None:
            while True:
                await shop.courses.an_order()

        async with asyncio.TaskGroup() as group:
            writers = [group.create_task(go_on()) for _ in range(4)]
            found = [await shop.compared() for _ in range(3)]
            for writer in writers:
                writer.cancel()
        assert [list(rebuild.told(each))[:-1] for each in found] == [[], [], []]
        assert found[0].events < found[-1].events

    async def test_reads_on_behind_what_nobody_can_read(self, shop: Shop) -> None:
        event = a_payment_event(PaymentEventType.CAPTURED, uuid4())
        async with Producer.connect(shop.kafka) as producer:
            for value in (b"no event", encode(event)):
                await producer.send(Record(topic=PAYMENTS.name, key=b"1", value=value, headers=()))
        async with History.connect(shop.kafka, PAYMENTS) as history:
            [batch] = [batch async for batch in history.fresh()]
        [poison, read] = batch
        assert isinstance(poison, Unreadable)
        assert read == event

"""Actions on many orders on a real database: each order done once, whoever dies in between."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.migrate import migrate
from adapters.postgres.support.bulk import BulkRepository
from adapters.settings import DatabaseSettings
from domain.bulk import BulkItem, StartBulk
from domain.desk import DeskAction, Outcome
from domain.errors import IdempotencyKeyReused
from tests.support.statements import plan_of, statements

_LONE = "lone"
MINUTE = timedelta(minutes=1)
# Over when it begins.
NO_LEASE = timedelta(0)

TEN_THOUSAND = """
WITH many AS (
  INSERT INTO support.bulk (id, asked_by, asked_at, action, request)
  SELECT md5('bulk ' || n)::uuid, md5('asker')::uuid, timestamptz '2020-01-01'
    + n * interval '1 minute', 'retry', '{}' FROM generate_series(1, 1000) n
  ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO support.bulk_items (bulk_id, order_id, remark_id, finished_at, outcome)
SELECT id, gen_random_uuid(), id, timestamptz '2020-01-01', 'done'
FROM many, generate_series(1, 10)
"""


@pytest.fixture(scope="module")
def lone_dsn(databases: DatabaseSettings, postgres_admin_dsn: str) -> SecretStr:
    """In a database of its own, because an API claims whatever waits."""
    with psycopg.connect(postgres_admin_dsn, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_LONE}")
    dsns = {name: _lone(dsn.get_secret_value()) for name, dsn in databases}
    migrate(_lone(postgres_admin_dsn), DatabaseSettings.model_validate(dsns))
    return dsns["support_dsn"]


def _lone(dsn: str) -> SecretStr:
    return SecretStr(urlsplit(dsn)._replace(path=f"/{_LONE}").geturl())


@pytest.fixture
async def lone(lone_dsn: SecretStr) -> AsyncIterator[Database]:
    database = Database(lone_dsn)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def bulk(lone: Database) -> BulkRepository:
    """Where nothing waits that another test has left."""
    async with lone.transaction() as session:
        await session.execute(
            text(
                "UPDATE support.bulk_items SET outcome = 'done', finished_at = now()"
                " WHERE outcome IS NULL"
            )
        )
    return BulkRepository(lone)


async def reasons(bulk: BulkRepository) -> dict[UUID, UUID]:
    """Of every order that waits, the remark."""
    return {item.order_id: item.remark_id for item in await bulk.claim(9, lease=NO_LEASE)}


def started(orders: int = 3, **given: Any) -> StartBulk:
    defaults: dict[str, Any] = {
        "bulk_id": uuid4(),
        "by": uuid4(),
        "action": DeskAction.EXTEND_DEADLINE,
        "request": {"minutes": 15},
        "remarks": {uuid4(): uuid4() for _ in range(orders)},
    }
    return StartBulk(**(defaults | given))


class TestCreate:
    async def test_keeps_the_orders_as_they_were_given(self, bulk: BulkRepository) -> None:
        command = started()
        there = await bulk.create(command)
        assert (there.bulk_id, there.by) == (command.bulk_id, command.by)
        assert (there.action, there.request) == (command.action, command.request)
        assert await reasons(bulk) == command.remarks
        assert [line.order_id for line in there.lines] == list(command.remarks)
        assert (there.done, there.failed, there.waiting) == (0, 0, 3)
        assert await bulk.progress(command.bulk_id) == there

    async def test_answers_the_first_one_when_its_id_comes_again(
        self, bulk: BulkRepository
    ) -> None:
        first = started()
        there = await bulk.create(first)
        other_remarks = {order_id: uuid4() for order_id in first.remarks}
        again = started(bulk_id=first.bulk_id, by=first.by, remarks=other_remarks)
        assert await bulk.create(again) == there
        assert await reasons(bulk) == first.remarks

    async def test_makes_one_of_many_that_race_with_an_id(self, bulk: BulkRepository) -> None:
        first = started()
        made = await asyncio.gather(*(bulk.create(first) for _ in range(6)))
        assert len({each.bulk_id for each in made}) == 1
        assert [len(each.lines) for each in made] == [3] * 6
        assert await reasons(bulk) == first.remarks

    @pytest.mark.parametrize(
        "other",
        [
            {"action": DeskAction.RETRY},
            {"request": {"minutes": 16}},
            {"remarks": {UUID(int=1): UUID(int=2)}},
        ],
    )
    async def test_refuses_an_id_that_was_used_for_something_else(
        self, bulk: BulkRepository, other: dict[str, Any]
    ) -> None:
        first = started()
        assert await bulk.created(first) is None
        there = await bulk.create(first)
        assert await bulk.created(first) == there
        for asked in (bulk.create, bulk.created):
            with pytest.raises(IdempotencyKeyReused):
                await asked(replace(first, **other))


class TestClaim:
    async def test_gives_every_order_to_one_of_many_who_ask(self, bulk: BulkRepository) -> None:
        command = started(orders=40)
        await bulk.create(command)
        claims = await asyncio.gather(*(bulk.claim(10, lease=MINUTE) for _ in range(6)))
        items = [item for claim in claims for item in claim]
        assert sorted(item.order_id for item in items) == sorted(command.remarks)
        assert max(map(len, claims)) <= 10

    async def test_says_what_is_to_be_done_and_why(self, bulk: BulkRepository) -> None:
        command = started(orders=1)
        await bulk.create(command)
        [item] = await bulk.claim(9, lease=MINUTE)
        assert (item.bulk_id, item.by) == (command.bulk_id, command.by)
        assert (item.action, item.request) == (command.action, command.request)
        assert {item.order_id: item.remark_id} == command.remarks

    async def test_gives_an_order_to_another_once_the_lease_is_over(
        self, bulk: BulkRepository
    ) -> None:
        await bulk.create(started(orders=1))
        [dead] = await bulk.claim(9, lease=NO_LEASE)
        [next_one] = await bulk.claim(9, lease=MINUTE)
        assert next_one.item_id == dead.item_id
        assert (dead.attempt, next_one.attempt) == (1, 2)
        assert await bulk.claim(9, lease=MINUTE) == []


class TestFinish:
    async def test_counts_what_was_done_and_says_why_others_were_not(
        self, bulk: BulkRepository
    ) -> None:
        command = started()
        await bulk.create(command)
        done, refused = await bulk.claim(2, lease=MINUTE)
        await bulk.finish(done, Outcome.DONE)
        sentence = "The food is ready: its time can't be moved."
        await bulk.finish(refused, Outcome.REFUSED, code="illegal_transition", sentence=sentence)
        there = await bulk.progress(command.bulk_id)
        assert there
        assert (there.done, there.failed, there.waiting) == (1, 1, 1)
        assert [(line.outcome, line.code, line.sentence) for line in there.lines] == [
            (Outcome.DONE, None, None),
            (Outcome.REFUSED, "illegal_transition", sentence),
            (None, None, None),
        ]

    async def test_keeps_the_first_word(self, bulk: BulkRepository) -> None:
        command = started(orders=1)
        await bulk.create(command)
        [slow] = await bulk.claim(1, lease=NO_LEASE)
        [quick] = await bulk.claim(1, lease=MINUTE)
        await bulk.finish(quick, Outcome.DONE)
        await bulk.finish(slow, Outcome.REFUSED, code="too_late", sentence="Too late.")
        there = await bulk.progress(command.bulk_id)
        assert there
        assert [(line.outcome, line.code) for line in there.lines] == [(Outcome.DONE, None)]


class TestLists:
    async def test_shows_the_newest_first_page_by_page(self, bulk: BulkRepository) -> None:
        made = [await bulk.create(started()) for _ in range(3)]
        first = await bulk.list(limit=2)
        rest = await bulk.list(before=(first[-1].asked_at, first[-1].bulk_id), limit=1)
        assert [*first, *rest] == made[::-1]

    async def test_reads_by_indexes_among_ten_thousand_orders_that_are_done(
        self, bulk: BulkRepository, lone: Database
    ) -> None:
        async with lone.transaction() as session:
            await session.execute(text(TEN_THOUSAND))
            await session.execute(text("ANALYZE support.bulk, support.bulk_items"))
        command = started()
        await bulk.create(command)
        with statements() as sent:
            await bulk.list(limit=20)
            claimed: list[BulkItem] = [*await bulk.claim(9, lease=MINUTE)]
        assert len(claimed) == 3
        indexes = (
            "ix_bulk_asked_at_id",
            "uq_bulk_items_bulk_id_order_id",
            "ix_bulk_items_waiting",
            "pk_bulk",
        )
        for statement, index in zip(sent, indexes, strict=True):
            plan = await plan_of(lone, statement, off=())
            assert index in plan
            assert "Seq Scan" not in plan

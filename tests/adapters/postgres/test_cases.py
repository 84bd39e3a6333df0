"""Cases on a real database: each opened once, reminded of, taken, and closed once."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.files import MoneyFileRepository
from adapters.postgres.payments.webhook_events import WebhookEventRepository
from domain.casework import Case, CloseCase, OpenCase, Resolution
from domain.errors import RefundNotDue
from domain.refunds import RefundState
from tests.support.builders import usd
from tests.support.statements import plan_of, statements

NOON = datetime(2027, 1, 7, 12, tzinfo=UTC)


@pytest.fixture
def cases(payments_database: Database) -> CaseRepository:
    return CaseRepository(payments_database)


def a_case(**given: Any) -> OpenCase:
    order_id = uuid4()
    defaults: dict[str, Any] = {
        "order_id": order_id,
        "key": f"{order_id}:refund",
        "amount": usd(2_300),
        "why": "The bank returned the refund.",
        "deadline": NOON,
    }
    return OpenCase(**(defaults | given))


def closed(case: OpenCase, **given: Any) -> CloseCase:
    defaults: dict[str, Any] = {"resolution": Resolution.REFUNDED}
    return CloseCase(order_id=case.order_id, key=case.key, **(defaults | given))


async def found(cases: CaseRepository, key: str) -> Case:
    """Among all of them, the newest first."""
    [case] = [case for case in await cases.all(limit=500) if case.key == key]
    return case


class TestCaseRepository:
    async def test_opens_one_for_one_key_and_keeps_its_first_deadline(
        self, cases: CaseRepository
    ) -> None:
        case = a_case()
        await cases.open(case)
        later = NOON + timedelta(days=9)
        await cases.open(a_case(order_id=case.order_id, key=case.key, why="New", deadline=later))
        there = await found(cases, case.key)
        assert (there.why, there.deadline, there.resolved_at) == ("New", NOON, None)

    async def test_opens_one_again_whose_money_came_back_with_a_new_deadline(
        self, cases: CaseRepository
    ) -> None:
        case = a_case()
        await cases.open(case)
        await cases.close(closed(case))
        # The first opening again, late: it must not undo the closing.
        await cases.open(case)
        assert (await found(cases, case.key)).resolution is Resolution.REFUNDED
        later = NOON + timedelta(days=1)
        await cases.open(a_case(order_id=case.order_id, key=case.key, deadline=later))
        there = await found(cases, case.key)
        assert (there.deadline, there.resolved_at, there.resolution) == (later, None, None)

    async def test_leaves_one_closed_that_a_person_decided(self, cases: CaseRepository) -> None:
        case = a_case()
        await cases.open(case)
        await cases.close(closed(case, resolution=Resolution.WAIVED, by=uuid4()))
        later = NOON + timedelta(days=1)
        await cases.open(a_case(order_id=case.order_id, key=case.key, deadline=later))
        assert (await found(cases, case.key)).resolution is Resolution.WAIVED

    async def test_closes_one_once(self, cases: CaseRepository) -> None:
        case, decided_by = a_case(), uuid4()
        await cases.open(case)
        waived = closed(case, resolution=Resolution.WAIVED, by=decided_by, reference="Letter 118")
        await cases.close(waived)
        await cases.close(closed(case))
        there = await found(cases, case.key)
        assert (there.resolution, there.resolved_by) == (Resolution.WAIVED, decided_by)
        assert there.reference == "Letter 118"

    async def test_is_not_paid_by_hand_where_the_payment_was_never_begun(
        self, cases: CaseRepository
    ) -> None:
        case = a_case()
        await cases.open(case)
        by_hand = closed(case, resolution=Resolution.PAID_BY_HAND, by=uuid4(), reference="SEPA 118")
        with pytest.raises(RefundNotDue, match="Nothing was taken"):
            await cases.close(by_hand)
        assert (await found(cases, case.key)).is_open

    async def test_reminds_of_one(self, cases: CaseRepository) -> None:
        case = a_case()
        await cases.open(case)
        await cases.remind(case.key)
        assert (await found(cases, case.key)).reminded_at

    async def test_lists_open_ones_by_their_deadline_page_by_page(
        self, cases: CaseRepository
    ) -> None:
        # Before all others, which the database may have.
        early = datetime(2000, 1, 1, tzinfo=UTC)
        made = [a_case(deadline=early + timedelta(hours=hour // 2)) for hour in range(6)]
        for case in reversed(made):
            await cases.open(case)
        await cases.close(closed(made[0]))
        first = await cases.open_ones(limit=3)
        rest = await cases.open_ones(after=(first[-1].deadline, first[-1].key), limit=2)
        keys = [case.key for case in (*first, *rest)]
        assert set(keys) == {case.key for case in made[1:]}
        places = [(case.deadline, case.key) for case in (*first, *rest)]
        assert places == sorted(places)


# Half of it went back by another way before the second try.
_TRIED_TWICE = (
    """INSERT INTO payments.payments (order_id, customer_id, currency, amount, captured, status)
    VALUES (:id, :id, 'USD', 2000, 2000, 'captured')""",
    """INSERT INTO payments.steps (key, state, begun_at)
    SELECT :part || ':' || n, 'done', now() FROM generate_series(1, 2) AS n""",
    """INSERT INTO payments.refunds
    (order_id, key, part_of, amount, status, liable, reason, request_hash, created_at)
    SELECT :id, :part || ':' || n, :part, 2000 / n, status, 'platform', 'support', 'hash',
      now() + n * interval '1 minute'
    FROM unnest(ARRAY['failed', 'pending']) WITH ORDINALITY AS tries (status, n)""",
)


async def test_a_refund_is_of_what_was_promised_and_stands_as_its_last_try(
    payments_database: Database,
) -> None:
    order_id = uuid4()
    part = f"{order_id}:cold-pizza"
    async with payments_database.transaction() as session:
        for statement in _TRIED_TWICE:
            await session.execute(text(statement), {"id": order_id, "part": part})
    files = MoneyFileRepository(payments_database)
    made = await files.refund(part)
    assert made
    assert (made.amount, made.state) == (usd(2_000), RefundState.PENDING)
    assert made.request_hash == "hash"
    assert await files.refund(f"{order_id}:another") is None


_TEN_THOUSAND = (
    """CREATE TEMP TABLE finished ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, timestamptz '2020-01-01' + n * interval '1 minute' AS at
    FROM generate_series(1, 10000) AS n""",
    """INSERT INTO payments.payments (order_id, customer_id, currency, amount, status, created_at)
    SELECT id, id, 'USD', 100, 'voided', at FROM finished""",
    """INSERT INTO payments.steps (key, state, begun_at)
    SELECT id || ':refund:1', 'done', at FROM finished""",
    """INSERT INTO payments.refunds
    (order_id, key, part_of, amount, status, liable, reason, created_at)
    SELECT id, id || ':refund:1', id || ':refund', 1, 'failed', 'platform', 'order_ended', at
    FROM finished""",
    """INSERT INTO payments.cases
    (key, order_id, currency, amount, why, deadline, opened_at, resolved_at, resolution)
    SELECT id || ':refund', id, 'USD', 1, 'why', at, at, at, 'refunded' FROM finished""",
    """INSERT INTO payments.webhook_events
    (id, type, object_id, created_at, received_at, processed_at, outcome)
    SELECT 'evt_' || id, 'charge.succeeded', 'ch', at, at, at, 'unknown_object' FROM finished""",
)


@pytest.fixture
async def ten_thousand(payments_database: Database) -> None:
    """The refunds, cases and webhooks of so many orders, unless they are there."""
    async with payments_database.transaction() as session:
        if await session.scalar(text("SELECT count(*) FROM payments.cases")) < 10_000:
            connection = await session.connection()
            for statement in _TEN_THOUSAND:
                await connection.exec_driver_sql(statement)
    async with payments_database.transaction() as session:
        await session.execute(text("ANALYZE"))


@pytest.mark.usefixtures("ten_thousand")
class TestLists:
    """Each is read in the order of an index, as Postgres itself chooses among ten thousand."""

    @pytest.mark.parametrize(
        ("index", "read"),
        [
            (
                "ix_cases_open",
                lambda d: CaseRepository(d).open_ones(after=(NOON, "key"), limit=20),
            ),
            (
                "ix_cases_opened_at_key",
                lambda d: CaseRepository(d).all(before=(NOON, "key"), limit=20),
            ),
            (
                "ix_refunds_created_at_id",
                lambda d: MoneyFileRepository(d).refunds(before=(NOON, uuid4()), limit=20),
            ),
            (
                "ix_refunds_status_created_at_id",
                lambda d: MoneyFileRepository(d).refunds(
                    state=RefundState.PENDING, before=(NOON, uuid4()), limit=20
                ),
            ),
            (
                "ix_webhook_events_outcome_received_at_id",
                lambda d: WebhookEventRepository(d).list(
                    outcome="unknown_object", before=(NOON, "evt"), limit=20
                ),
            ),
        ],
    )
    async def test_reads_a_page_in_the_order_of_an_index(
        self,
        payments_database: Database,
        index: str,
        read: Callable[[Database], Awaitable[object]],
    ) -> None:
        with statements() as sent:
            await read(payments_database)
        [statement] = sent
        plan = await plan_of(payments_database, statement, off=())
        assert index in plan
        assert "Seq Scan" not in plan

    async def test_reads_an_orders_file_by_indexes(self, payments_database: Database) -> None:
        with statements() as sent:
            await MoneyFileRepository(payments_database).of_order(uuid4())
        for statement in sent:
            # Some tables hold a row or none: there is nothing to choose between.
            plan = await plan_of(payments_database, statement, off=("seqscan",))
            assert "Seq Scan" not in plan

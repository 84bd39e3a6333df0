"""What is due to customers, read from cases as they are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import CaseRow
from adapters.postgres.payments.due import RefundsDue
from adapters.settings import DatabaseSettings
from domain.casework import Resolution
from tests.support.statements import plan_of, statements
from workers.refund_watch import look

HOUR = timedelta(hours=1)


@pytest.fixture
async def database(quiet_databases: DatabaseSettings) -> AsyncIterator[Database]:
    """Without a case but this test's own."""
    database = Database(quiet_databases.payments_dsn)
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM payments.cases"))
    yield database
    await database.close()


def a_case(*, age: timedelta = HOUR, left: timedelta = HOUR, of: str = "refund") -> CaseRow:
    """`left` until its deadline; `of` is the second word of its key."""
    now, order_id = datetime.now(UTC), uuid4()
    return CaseRow(
        key=f"{order_id}:{of}:1",
        order_id=order_id,
        currency="EUR",
        amount=500,
        why="The bank said no.",
        deadline=now + left,
        opened_at=now - age,
    )


async def keep(database: Database, *cases: CaseRow) -> None:
    async with database.transaction() as session:
        session.add_all(cases)


def figures() -> tuple[float | None, float | None]:
    read = REGISTRY.get_sample_value
    return read("refunds_due"), read("refunds_overdue")


class TestLook:
    async def test_counts_the_open_cases_and_those_past_their_deadline(
        self, database: Database
    ) -> None:
        await keep(database, a_case(), a_case(left=-HOUR), a_case(age=3 * HOUR, left=-HOUR))
        await look(RefundsDue(database))
        assert figures() == (3, 2)
        oldest = REGISTRY.get_sample_value("refunds_due_oldest_seconds")
        assert oldest == pytest.approx(3 * 3600, abs=60)

    async def test_counts_neither_what_is_resolved_nor_what_is_of_no_refund(
        self, database: Database
    ) -> None:
        resolved = a_case(left=-HOUR)
        resolved.resolved_at, resolved.resolution = datetime.now(UTC), Resolution.REFUNDED
        await keep(database, resolved, a_case(left=-HOUR, of="reconcile:unknown_charge"))
        await look(RefundsDue(database))
        assert figures() == (0, 0)
        assert REGISTRY.get_sample_value("refunds_due_oldest_seconds") == 0

    async def test_reads_the_index_of_open_cases(self, database: Database) -> None:
        with statements() as sent:
            await RefundsDue(database).look()
        [counting] = [each for each in sent if "payments.cases" in each[0]]
        plan = await plan_of(database, counting, off=("seqscan",))
        assert "ix_cases_open" in plan
        assert "Seq Scan" not in plan

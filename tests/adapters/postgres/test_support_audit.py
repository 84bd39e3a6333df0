"""The audit log on a real database: found by what one looks for, and changed by nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.support.audit import AuditFilter, AuditRepository, Logged
from adapters.settings import DatabaseSettings
from domain.desk import AuditRow, DeskAction, Outcome, Right
from tests.support.builders import usd
from tests.support.statements import plan_of, statements

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
CHANGES = [
    "UPDATE support.audit SET code = NULL",
    "DELETE FROM support.audit",
    "TRUNCATE support.audit",
]

TEN_THOUSAND = """
INSERT INTO support.audit (action_id, at, actor, actor_right, action, order_id, before, after,
  request_id, outcome, code)
SELECT md5('action ' || n)::uuid, timestamptz '2020-01-01' + n * interval '1 minute',
  md5('actor ' || n % 50)::uuid, 'money', CASE WHEN n % 100 = 0 THEN 'refund' ELSE 'retry' END,
  md5('order ' || n % 2000)::uuid, '{}', '{}', 'r',
  CASE WHEN n % 100 = 1 THEN 'refused' ELSE 'done' END, CASE WHEN n % 100 = 1 THEN 'invalid' END
FROM generate_series(1, 10000) n
ON CONFLICT DO NOTHING
"""


@pytest.fixture
def audit(support: Database) -> AuditRepository:
    return AuditRepository(support)


def a_row(**given: Any) -> AuditRow:
    defaults: dict[str, Any] = {
        "action_id": uuid4(),
        "at": NOON,
        "actor": uuid4(),
        "right": Right.MONEY,
        "action": DeskAction.REFUND,
        "order_id": uuid4(),
        "remark_id": uuid4(),
        "approved_by": None,
        "amount": usd(1_150),
        "before": {"refund_status": "none"},
        "after": {"refund_status": "pending", "refund": {"amount": 1_150}},
        "request_id": "request-1",
        "outcome": Outcome.DONE,
    }
    return AuditRow(**(defaults | given))


class TestAuditRepository:
    async def test_keeps_a_row_as_it_was_told(self, audit: AuditRepository) -> None:
        refused = a_row(
            outcome=Outcome.REFUSED, code="approval_needed", approved_by=uuid4(), amount=None
        )
        await audit.append(refused)
        assert refused.order_id
        assert await audit.of_order(refused.order_id) == [refused]

    async def test_keeps_what_was_asked_and_what_came_of_it_once_each(
        self, audit: AuditRepository
    ) -> None:
        done = a_row()
        asked = a_row(action_id=done.action_id, order_id=done.order_id, outcome=Outcome.ASKED)
        for row in (asked, done, done):
            await audit.append(row)
        assert done.order_id
        assert await audit.of_order(done.order_id) == [asked, done]

    async def test_shows_the_newest_first_page_by_page_without_gap_or_repeat(
        self, audit: AuditRepository
    ) -> None:
        actor = uuid4()
        # Two of each moment: the id decides between them.
        for minutes in (0, 0, 1, 1, 2, 2):
            await audit.append(a_row(actor=actor, at=NOON + timedelta(minutes=minutes)))
        seen: list[Logged] = []
        before = None
        while page := await audit.list(AuditFilter(actor=actor), before=before, limit=4):
            seen += page
            before = (page[-1].row.at, page[-1].id)
        places = [(logged.row.at, logged.id) for logged in seen]
        assert len(set(places)) == 6
        assert places == sorted(places, reverse=True)

    @pytest.mark.parametrize(
        "wanted",
        [
            {"action": DeskAction.CANCEL},
            {"outcome": Outcome.REFUSED},
            {"after": NOON + timedelta(minutes=1)},
            {"before": NOON},
        ],
    )
    async def test_shows_what_is_all_of_what_was_asked_for(
        self, audit: AuditRepository, wanted: dict[str, Any]
    ) -> None:
        order_id = uuid4()
        other = a_row(order_id=order_id)
        of_all = {
            "action": DeskAction.CANCEL,
            "outcome": Outcome.REFUSED,
            "code": "too_late_to_cancel",
            "at": NOON + timedelta(minutes=-1 if "before" in wanted else 1),
        }
        found = a_row(order_id=order_id, **of_all)
        for row in (other, found):
            await audit.append(row)
        page = await audit.list(AuditFilter(order_id=order_id, **wanted), limit=9)
        assert [logged.row for logged in page] == [found]


@contextmanager
def connected(dsn: str) -> Iterator[psycopg.Connection]:
    """What is done is undone, should anything have been done."""
    with psycopg.connect(dsn) as connection:
        yield connection
        connection.rollback()


class TestAppendOnly:
    @pytest.mark.parametrize("change", CHANGES)
    def test_gives_the_role_no_right_to_change_it(
        self, databases: DatabaseSettings, change: str
    ) -> None:
        with (
            connected(databases.support_dsn.get_secret_value()) as role,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            role.execute(change)

    @pytest.mark.parametrize("change", CHANGES)
    def test_refuses_a_role_that_took_its_rights_back(
        self, databases: DatabaseSettings, change: str
    ) -> None:
        with connected(databases.support_dsn.get_secret_value()) as role:
            role.execute("GRANT ALL ON support.audit TO CURRENT_USER")
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                role.execute(change)

    @pytest.mark.usefixtures("databases")
    @pytest.mark.parametrize("change", CHANGES)
    @pytest.mark.parametrize("triggers", ["origin", "replica"])
    def test_refuses_a_superuser_too_also_with_the_other_triggers_off(
        self, postgres_admin_dsn: str, change: str, triggers: str
    ) -> None:
        with connected(postgres_admin_dsn) as admin:
            admin.execute(f"SET LOCAL session_replication_role = {triggers}")
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                admin.execute(change)


@pytest.fixture
async def ten_thousand(support: Database) -> None:
    async with support.transaction() as session:
        await session.execute(text(TEN_THOUSAND))
        await session.execute(text("ANALYZE support.audit"))


@pytest.mark.usefixtures("ten_thousand")
class TestLists:
    """Each is read in the order of an index, as Postgres itself chooses among ten thousand."""

    @pytest.mark.parametrize("before", [None, (NOON, 1)])
    @pytest.mark.parametrize(
        ("wanted", "index"),
        [
            (AuditFilter(), "ix_audit_at_id"),
            (AuditFilter(actor=UUID(int=7)), "ix_audit_actor_at_id"),
            (AuditFilter(order_id=UUID(int=7)), "ix_audit_order_id_at_id"),
            (AuditFilter(action=DeskAction.REFUND), "ix_audit_action_at_id"),
            (AuditFilter(outcome=Outcome.REFUSED), "ix_audit_outcome_at_id"),
            (AuditFilter(after=NOON - timedelta(days=1), before=NOON), "ix_audit_at_id"),
        ],
    )
    async def test_reads_a_page_by_an_index(
        self,
        audit: AuditRepository,
        support: Database,
        wanted: AuditFilter,
        index: str,
        before: tuple[datetime, int] | None,
    ) -> None:
        with statements() as sent:
            await audit.list(wanted, before=before, limit=20)
        [statement] = sent
        plan = await plan_of(support, statement, off=())
        assert index in plan
        assert "Seq Scan" not in plan

    async def test_reads_what_was_done_about_an_order_by_an_index(
        self, audit: AuditRepository, support: Database
    ) -> None:
        with statements() as sent:
            await audit.of_order(uuid4())
        [statement] = sent
        assert "ix_audit_order_id_at_id" in await plan_of(support, statement, off=())

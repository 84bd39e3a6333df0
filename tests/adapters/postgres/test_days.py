"""The money of a day on a real database, as the support page shows it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.days import DayRepository
from domain.casework import CloseCase, OpenCase, Resolution
from domain.days import DayOfMoney
from domain.differences import RECONCILIATION_CASES
from domain.ledger import (
    CUSTOMER,
    PSP,
    REFUND_MADE,
    REFUND_PAID_BY_HAND,
    REFUND_RETURNED,
    REFUNDS_DUE,
    Movement,
    Posting,
    PostingKind,
)
from domain.money import Money
from tests.support.posting import captured, dated
from tests.support.statements import plan_of, statements

MIDNIGHT = datetime(2028, 2, 29, tzinfo=UTC)
DAY = MIDNIGHT.date()


@pytest.fixture
def days(payments_database: Database) -> DayRepository:
    return DayRepository(payments_database)


@pytest.fixture
def cases(payments_database: Database) -> CaseRepository:
    return CaseRepository(payments_database)


def moved(movement: Movement, amount: int, currency: str) -> Posting:
    kind, (debit, credit) = movement
    entries = {debit: amount, credit: -amount}
    return captured(key=str(uuid4()), kind=kind, currency=currency, entries=entries)


async def money_of(days: DayRepository, currency: str) -> DayOfMoney | None:
    found = [each for each in await days.of(DAY) if each.taken.currency == currency]
    assert len(found) <= 1
    return found[0] if found else None


class TestOf:
    async def test_is_what_was_taken_and_given_back_from_midnight_to_midnight(
        self, days: DayRepository, payments_database: Database
    ) -> None:
        currency = "MRU"
        taken = (PostingKind.CAPTURED, (PSP, CUSTOMER))
        owed = (PostingKind.REFUND_OWED, (CUSTOMER, REFUNDS_DUE))
        for hours, movement, amount in (
            (-0.01, taken, 1),
            (0, taken, 1_000),
            (5, taken, 500),
            (6, owed, 2),
            (7, REFUND_MADE, 300),
            (8, REFUND_RETURNED, 100),
            (23.99, REFUND_PAID_BY_HAND, 40),
            (24, taken, 4),
            (24, REFUND_MADE, 8),
        ):
            at = MIDNIGHT + timedelta(hours=hours)
            await dated(payments_database, moved(movement, amount, currency), at)
        assert await money_of(days, currency) == DayOfMoney(
            taken=Money(1_500, currency),
            given_back=Money(240, currency),
            due=Money(0, currency),
        )

    async def test_has_what_is_due_now_and_not_what_reconciliation_looks_into(
        self, days: DayRepository, cases: CaseRepository
    ) -> None:
        currency = "SZL"
        assert await money_of(days, currency) is None
        for key, amount in (
            ("refund", 700),
            ("part", 50),
            (f"{RECONCILIATION_CASES}refund_unknown", 3),
        ):
            await cases.open(a_case(key, Money(amount, currency)))
        over = a_case("refund", Money(9, currency))
        await cases.open(over)
        await cases.close(
            CloseCase(order_id=over.order_id, key=over.key, resolution=Resolution.REFUNDED)
        )
        money = await money_of(days, currency)
        assert money is not None
        assert (money.taken.amount, money.given_back.amount, money.due.amount) == (0, 0, 750)

    async def test_reads_indexes(self, days: DayRepository, payments_database: Database) -> None:
        with statements() as sent:
            await days.of(DAY)
        plans = [await plan_of(payments_database, each, off=("seqscan",)) for each in sent]
        assert len(plans) == 2
        assert "ix_entries_account_at" in plans[0]
        assert "ix_cases_open" in plans[1]
        assert not any("Seq Scan" in plan for plan in plans)


def a_case(key: str, amount: Money) -> OpenCase:
    order_id = uuid4()
    return OpenCase(
        order_id=order_id,
        key=f"{order_id}{key}" if key.startswith(":") else f"{order_id}:{key}",
        amount=amount,
        why="The bank returned the refund.",
        deadline=MIDNIGHT,
    )

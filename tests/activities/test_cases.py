"""Cases: opened, moved, reminded of and closed, each once however often it is tried."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activities.cases import CaseActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from domain.casework import Case, CloseCase, MoveOpenCase, OpenCase, RemindCase, Resolution
from tests.support.builders import usd
from tests.support.payments import OrderMoney

NOW = datetime(2027, 1, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)

Look = Callable[[], Awaitable[Case]]


@pytest.fixture
def repository(payments_database: Database) -> CaseRepository:
    return CaseRepository(payments_database)


@pytest.fixture
def cases(repository: CaseRepository) -> CaseActivities:
    return CaseActivities(repository)


@pytest.fixture
def look(repository: CaseRepository, money: OrderMoney) -> Look:
    async def found() -> Case:
        case = await repository.find(money.key("refund"))
        assert case
        return case

    return found


def opening(money: OrderMoney, deadline: datetime = NOW + DAY) -> OpenCase:
    return OpenCase(
        order_id=money.order_id,
        key=money.key("refund"),
        amount=usd(2_300),
        why="The payment service did not take the refund.",
        deadline=deadline,
    )


def closing(money: OrderMoney) -> CloseCase:
    return CloseCase(
        order_id=money.order_id, key=money.key("refund"), resolution=Resolution.REFUNDED
    )


class TestMoveCase:
    async def test_changes_what_is_named_and_leaves_the_rest(
        self, cases: CaseActivities, money: OrderMoney, look: Look
    ) -> None:
        await cases.open_case(opening(money))
        owner, key = uuid4(), money.key("refund")
        for command in (
            MoveOpenCase(key=key, owner=owner, deadline=None),
            MoveOpenCase(key=key, owner=None, deadline=NOW + 3 * DAY),
            MoveOpenCase(key=key, owner=None, deadline=None),
        ):
            moved = await cases.move_case(command)
            assert moved == await look()
        case = await look()
        assert (case.owner, case.deadline) == (owner, NOW + 3 * DAY)

    async def test_to_another_deadline_is_reminded_of_anew(
        self, cases: CaseActivities, money: OrderMoney, look: Look
    ) -> None:
        await cases.open_case(opening(money))
        await cases.remind_case(RemindCase(key=money.key("refund")))
        assert (await look()).reminded_at
        later = MoveOpenCase(key=money.key("refund"), owner=None, deadline=NOW + 3 * DAY)
        await cases.move_case(later)
        assert (await look()).reminded_at is None

    async def test_finds_no_case_that_is_closed(
        self, cases: CaseActivities, money: OrderMoney
    ) -> None:
        await cases.open_case(opening(money))
        await cases.close_case(closing(money))
        moved = MoveOpenCase(key=money.key("refund"), owner=uuid4(), deadline=None)
        assert await cases.move_case(moved) is None


class TestOpenCase:
    async def test_late_and_repeated_leaves_a_moved_one_closed(
        self, cases: CaseActivities, money: OrderMoney, look: Look
    ) -> None:
        await cases.open_case(opening(money))
        earlier = MoveOpenCase(key=money.key("refund"), owner=None, deadline=NOW + DAY / 2)
        await cases.move_case(earlier)
        await cases.close_case(closing(money))
        await cases.open_case(opening(money))
        assert (await look()).resolved_at

    async def test_opens_one_again_whose_deadline_had_been_moved_far_away(
        self, cases: CaseActivities, money: OrderMoney, look: Look
    ) -> None:
        await cases.open_case(opening(money))
        later = MoveOpenCase(key=money.key("refund"), owner=None, deadline=NOW + 20 * DAY)
        await cases.move_case(later)
        await cases.close_case(closing(money))
        # The bank returned the refund two days later.
        await cases.open_case(opening(money, NOW + 3 * DAY))
        case = await look()
        assert case.resolved_at is None
        assert case.deadline == NOW + 3 * DAY

"""Approvals on a real database: decided once, in time, and never by who asked."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adapters.postgres.engine import Database
from adapters.postgres.support.approvals import ApprovalRepository
from adapters.postgres.support.audit import AuditRepository
from domain.approvals import ApprovalState, AskApproval, Decision
from domain.desk import AuditRow, DeskAction, Outcome, Right
from domain.errors import ApprovalDecided, ApprovalNotFound, DomainError, RightMissing
from tests.support.builders import usd
from tests.support.statements import plan_of, statements

# As the database's own clock counts.
LATER = datetime(2100, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

TEN_THOUSAND = """
INSERT INTO support.approvals (id, asked_by, asked_at, action, order_id, request, amount, currency,
  remark_id, expires_at, decision, decided_by, decided_at, decision_remark_id)
SELECT md5('approval ' || n)::uuid, md5('asker')::uuid, at, 'refund', md5('order ' || n)::uuid,
  '{}', 1, 'USD', md5('remark')::uuid, at + interval '1 day', 'approved', md5('other')::uuid, at,
  md5('remark')::uuid
FROM (SELECT n, timestamptz '2020-01-01' + n * interval '1 minute' AS at
  FROM generate_series(1, 10000) n) AS counted
ON CONFLICT DO NOTHING
"""


@pytest.fixture
def approvals(support: Database) -> ApprovalRepository:
    return ApprovalRepository(support)


def asked(**given: Any) -> AskApproval:
    defaults: dict[str, Any] = {
        "approval_id": uuid4(),
        "asked_by": uuid4(),
        "action": DeskAction.REFUND,
        "order_id": uuid4(),
        "request": {"amount": {"amount": 20_000, "currency": "USD"}, "liable": "platform"},
        "amount": usd(20_000),
        "remark_id": uuid4(),
        "expires_at": LATER,
    }
    return AskApproval(**(defaults | given))


class TestAsk:
    async def test_keeps_what_was_asked_for(self, approvals: ApprovalRepository) -> None:
        command = asked()
        there = await approvals.ask(command)
        assert (there.asked, there.decision) == (command, None)
        assert await approvals.find(command.approval_id) == there
        assert await approvals.of_order(command.order_id) == [there]

    async def test_answers_the_first_one_when_it_is_asked_again(
        self, approvals: ApprovalRepository
    ) -> None:
        first = asked()
        await approvals.ask(first)
        again = await approvals.ask(asked(approval_id=first.approval_id, remark_id=uuid4()))
        assert again.asked == first

    async def test_takes_no_reason_in_the_request(self, approvals: ApprovalRepository) -> None:
        with pytest.raises(IntegrityError, match="reason_is_a_remark"):
            await approvals.ask(asked(request={"reason": "The food of Abebe was cold."}))

    async def test_finds_none_that_nobody_asked_for(self, approvals: ApprovalRepository) -> None:
        assert await approvals.find(uuid4()) is None


class TestDecide:
    @pytest.mark.parametrize("decision", Decision)
    async def test_keeps_who_decided_what_and_why(
        self, approvals: ApprovalRepository, support: Database, decision: Decision
    ) -> None:
        command, by, remark_id = asked(), uuid4(), uuid4()
        await approvals.ask(command)
        decided = await approvals.decide(command.approval_id, decision, by=by, remark_id=remark_id)
        assert (decided.decision, decided.decided_by) == (decision, by)
        why = text("SELECT decision_remark_id FROM support.approvals WHERE id = :id")
        async with support.transaction() as session:
            assert await session.scalar(why, {"id": command.approval_id}) == remark_id
        assert decided.decided_at
        assert await approvals.find(command.approval_id) == decided

    async def test_answers_the_first_decision_again_whoever_repeats_it(
        self, approvals: ApprovalRepository
    ) -> None:
        approval_id = (await approvals.ask(asked())).asked.approval_id
        approved = Decision.APPROVED
        first = await approvals.decide(approval_id, approved, by=uuid4(), remark_id=uuid4())
        again = await approvals.decide(approval_id, approved, by=uuid4(), remark_id=uuid4())
        assert again == first

    async def test_refuses_another_decision(self, approvals: ApprovalRepository) -> None:
        approval_id = (await approvals.ask(asked())).asked.approval_id
        await approvals.decide(approval_id, Decision.DECLINED, by=uuid4(), remark_id=uuid4())
        with pytest.raises(ApprovalDecided, match="declined"):
            await approvals.decide(approval_id, Decision.APPROVED, by=uuid4(), remark_id=uuid4())

    async def test_refuses_who_asked(
        self, approvals: ApprovalRepository, support: Database
    ) -> None:
        command = asked()
        await approvals.ask(command)
        by = command.asked_by
        with pytest.raises(RightMissing, match="somebody else"):
            await approvals.decide(command.approval_id, Decision.APPROVED, by=by, remark_id=uuid4())
        there = await approvals.find(command.approval_id)
        assert there
        assert there.decision is None
        # And whatever the program thinks of it.
        cheated = text(
            "UPDATE support.approvals SET decision = 'approved', decided_by = asked_by,"
            " decided_at = now(), decision_remark_id = remark_id WHERE id = :id"
        )
        with pytest.raises(IntegrityError, match="decided_by_another"):
            async with support.transaction() as session:
                await session.execute(cheated, {"id": command.approval_id})

    async def test_refuses_one_that_has_lapsed(self, approvals: ApprovalRepository) -> None:
        command = asked(expires_at=LONG_AGO)
        await approvals.ask(command)
        with pytest.raises(ApprovalDecided, match="lapsed"):
            await approvals.decide(
                command.approval_id, Decision.APPROVED, by=uuid4(), remark_id=uuid4()
            )

    async def test_refuses_one_that_nobody_asked_for(self, approvals: ApprovalRepository) -> None:
        with pytest.raises(ApprovalNotFound):
            await approvals.decide(uuid4(), Decision.APPROVED, by=uuid4(), remark_id=uuid4())

    async def test_lets_one_decision_win_when_many_race(
        self, approvals: ApprovalRepository
    ) -> None:
        approval_id = (await approvals.ask(asked())).asked.approval_id

        async def decide(decision: Decision) -> Decision | None:
            try:
                decided = await approvals.decide(
                    approval_id, decision, by=uuid4(), remark_id=uuid4()
                )
            except DomainError:
                return None
            return decided.decision

        tries = [decide(decision) for decision in [*Decision] * 4]
        decisions = await asyncio.gather(*tries)
        there = await approvals.find(approval_id)
        assert there
        assert sorted(map(str, decisions)) == sorted([str(there.decision)] * 4 + ["None"] * 4)


class TestWaiting:
    async def test_shows_those_that_can_be_decided_about(
        self, approvals: ApprovalRepository
    ) -> None:
        waiting, decided, lapsed = asked(), asked(), asked(expires_at=LONG_AGO)
        for command in (waiting, decided, lapsed):
            await approvals.ask(command)
        await approvals.decide(
            decided.approval_id, Decision.DECLINED, by=uuid4(), remark_id=uuid4()
        )
        shown = {each.asked.approval_id for each in await approvals.waiting(limit=1_000)}
        ours = {command.approval_id for command in (waiting, decided, lapsed)}
        assert shown & ours == {waiting.approval_id}

    async def test_shows_also_what_was_approved_and_came_to_nothing(
        self, approvals: ApprovalRepository, support: Database
    ) -> None:
        log, by = AuditRepository(support), uuid4()
        silent, done, refused, declined, begun = [asked() for _ in range(5)]
        for command in (silent, done, refused, declined, begun):
            await approvals.ask(command)
            is_declined = command is declined
            decision = Decision.DECLINED if is_declined else Decision.APPROVED
            await approvals.decide(command.approval_id, decision, by=by, remark_id=uuid4())
        await log.append(_line(done, Outcome.DONE, approved_by=by))
        await log.append(_line(refused, Outcome.REFUSED, approved_by=by))
        # That it was asked for, and what the same person asked for alone.
        await log.append(_line(begun, Outcome.ASKED, approved_by=by))
        await log.append(_line(begun, Outcome.REFUSED))
        shown = {each.asked.approval_id for each in await approvals.unfinished(limit=1_000)}
        ours = {each.approval_id for each in (silent, done, refused, declined, begun)}
        assert shown & ours == {silent.approval_id, begun.approval_id}

    async def test_goes_on_after_the_last_one_of_a_page(
        self, approvals: ApprovalRepository
    ) -> None:
        ours = [(await approvals.ask(asked())).asked.approval_id for _ in range(4)]
        by = uuid4()
        for approval_id in ours[2:]:
            await approvals.decide(approval_id, Decision.APPROVED, by=by, remark_id=uuid4())
        for read, expected in ((approvals.waiting, ours[:2]), (approvals.unfinished, ours[2:])):
            shown, after = list[UUID](), None
            while page := await read(after=after, limit=1):
                [each] = page
                after = each.asked_at, each.asked.approval_id
                shown.append(each.asked.approval_id)
            assert [id_ for id_ in shown if id_ in ours] == expected
            assert len(shown) == len(set(shown))

    async def test_reads_by_an_index_among_ten_thousand_that_are_decided(
        self, approvals: ApprovalRepository, support: Database
    ) -> None:
        async with support.transaction() as session:
            await session.execute(text(TEN_THOUSAND))
            await session.execute(text("ANALYZE support.approvals"))
        with statements() as sent:
            await approvals.waiting(limit=20)
            await approvals.unfinished(limit=20)
            await approvals.of_order(uuid4())
        indexes = ("ix_approvals_waiting", "ix_approvals_approved", "ix_approvals_order_id")
        for statement, index in zip(sent, indexes, strict=True):
            assert index in await plan_of(support, statement, off=())


def _line(command: AskApproval, outcome: Outcome, *, approved_by: UUID | None = None) -> AuditRow:
    """In the log, of what the approval is about."""
    return AuditRow(
        action_id=uuid4(),
        at=datetime.now(UTC),
        actor=command.asked_by,
        right=Right.MONEY,
        action=command.action,
        order_id=command.order_id,
        remark_id=command.remark_id,
        approved_by=approved_by,
        amount=command.amount,
        before={},
        after={},
        request_id="",
        outcome=outcome,
    )


class TestState:
    async def test_is_what_was_decided_or_how_long_there_is(
        self, approvals: ApprovalRepository
    ) -> None:
        approval = await approvals.ask(asked())
        assert approval.state(LATER - timedelta(seconds=1)) is ApprovalState.WAITING
        assert approval.state(LATER) is ApprovalState.LAPSED
        for decision in Decision:
            approval = await approvals.ask(asked())
            decided = await approvals.decide(
                approval.asked.approval_id, decision, by=uuid4(), remark_id=uuid4()
            )
            assert decided.state(LATER).value == decision.value

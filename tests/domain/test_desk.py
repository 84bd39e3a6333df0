"""Who of support may do what, and how much money one person may give away."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.desk import (
    AuditRow,
    DeskAction,
    Outcome,
    Right,
    check_mandate,
    given_alone,
    unknown_gifts,
)
from domain.errors import ApprovalNeeded, Forbidden, RightMissing
from tests.support.builders import a_mandate, usd


def a_row(**given: Any) -> AuditRow:
    """Of somebody who gave half a dollar back."""
    defaults: dict[str, Any] = {
        "action_id": uuid4(),
        "at": datetime.now(UTC),
        "actor": uuid4(),
        "right": Right.MONEY,
        "action": DeskAction.REFUND,
        "order_id": uuid4(),
        "remark_id": None,
        "approved_by": None,
        "amount": usd(50),
        "before": {},
        "after": {},
        "request_id": "",
        "outcome": Outcome.DONE,
    }
    return AuditRow(**(defaults | given))


def refused(right: Right, action: DeskAction) -> bool:
    try:
        a_mandate(right=right).check(action)
    except RightMissing:
        return True
    return False


class TestMandate:
    @pytest.mark.parametrize("action", DeskAction)
    def test_allows_what_its_right_covers(self, action: DeskAction) -> None:
        allowed = {right for right in Right if not refused(right, action)}
        moves_money = {
            DeskAction.REFUND,
            DeskAction.RESOLVE_REFUND,
            DeskAction.ORDER_AGAIN,
            DeskAction.DECIDE_CASE,
        }
        assert allowed == ({Right.MONEY} if action in moves_money else {Right.ACT, Right.MONEY})

    def test_needs_the_right_to_money_where_money_goes_back(self) -> None:
        mandate = a_mandate(right=Right.ACT)
        mandate.check(DeskAction.CANCEL, usd(0))
        with pytest.raises(RightMissing):
            mandate.check(DeskAction.CANCEL, usd(1))

    def test_needs_another_person_above_its_limit(self) -> None:
        mandate = a_mandate(limit=usd(100))
        mandate.check(DeskAction.REFUND, usd(100))
        with pytest.raises(ApprovalNeeded):
            mandate.check(DeskAction.REFUND, usd(101))
        own = a_mandate(limit=usd(100), by=mandate.by, approved_by=mandate.by)
        with pytest.raises(ApprovalNeeded):
            own.check(DeskAction.REFUND, usd(101))
        a_mandate(limit=usd(100), approved_by=uuid4()).check(DeskAction.REFUND, usd(101))

    @pytest.mark.parametrize("action", [DeskAction.REFUND, DeskAction.CANCEL])
    def test_counts_what_the_same_person_gave_of_the_same_order(self, action: DeskAction) -> None:
        mandate = a_mandate(limit=usd(100), given=usd(60))
        mandate.check(action, usd(40))
        with pytest.raises(ApprovalNeeded, match=r"0\.41 USD after 0\.60 USD"):
            mandate.check(action, usd(41))
        replace(mandate, approved_by=uuid4()).check(action, usd(41))
        # That pays what was promised before.
        mandate.check(DeskAction.RESOLVE_REFUND, usd(100))

    def test_allows_no_more_than_the_second_person_agreed_to(self) -> None:
        mandate = a_mandate(limit=usd(100), approved_by=uuid4(), approved=usd(150))
        mandate.check(DeskAction.REFUND, usd(150))
        with pytest.raises(ApprovalNeeded, match="ask again"):
            mandate.check(DeskAction.REFUND, usd(151))

    @given(
        right=st.sampled_from(Right),
        action=st.sampled_from(DeskAction),
        limit=st.integers(0, 1_000),
        amount=st.integers(0, 1_000),
    )
    def test_never_lets_one_person_give_away_more_than_the_limit(
        self, right: Right, action: DeskAction, limit: int, amount: int
    ) -> None:
        try:
            a_mandate(right=right, limit=usd(limit)).check(action, usd(amount))
        except Forbidden:
            return
        assert amount <= limit
        assert right is Right.MONEY or amount == 0


class TestGivenAlone:
    def test_is_what_went_back_and_not_what_the_customer_pays(self) -> None:
        by = uuid4()
        log = [a_row(actor=by, action=action) for action in DeskAction]
        assert given_alone(log, by, "USD") == usd(100)
        assert given_alone(log, uuid4(), "USD") == usd(0)


class TestUnknownGifts:
    def test_are_those_that_are_neither_done_nor_refused(self) -> None:
        by = uuid4()
        for outcome in (Outcome.DONE, Outcome.REFUSED):
            asked = a_row(actor=by, outcome=Outcome.ASKED)
            assert unknown_gifts([asked], by) == (DeskAction.REFUND,)
            assert unknown_gifts([asked, replace(asked, outcome=outcome)], by) == ()

    def test_are_neither_one_s_own_nor_a_colleague_s_nor_what_waits_for_one(self) -> None:
        asked = a_row(outcome=Outcome.ASKED)
        assert unknown_gifts([asked], uuid4()) == ()
        assert unknown_gifts([asked], asked.actor, own=asked.action_id) == ()
        for word in ("approval", "decision"):
            assert unknown_gifts([replace(asked, after={word: "…"})], asked.actor) == ()

    def test_let_one_person_give_nothing_more(self) -> None:
        for action in (DeskAction.REFUND, DeskAction.CANCEL):
            mandate = a_mandate(unknown=(DeskAction.REFUND,))
            with pytest.raises(ApprovalNeeded, match="no outcome yet"):
                mandate.check(action, usd(1))
            mandate.check(action, usd(0))
            replace(mandate, approved_by=uuid4()).check(action, usd(1))

    def test_do_not_hinder_who_cancels_an_order_once_more(self) -> None:
        mandate = a_mandate(unknown=(DeskAction.CANCEL,))
        mandate.check(DeskAction.CANCEL, usd(1))
        with pytest.raises(ApprovalNeeded):
            mandate.check(DeskAction.REFUND, usd(1))


class TestCheckMandate:
    def test_lets_an_engineer_without_one_act_but_move_no_money(self) -> None:
        check_mandate(None, DeskAction.RETRY)
        check_mandate(None, DeskAction.CANCEL, usd(0))
        for action, amount in ((DeskAction.CANCEL, usd(1)), (DeskAction.REFUND, None)):
            with pytest.raises(RightMissing, match="do it on the support page"):
                check_mandate(None, action, amount)

    def test_checks_the_one_that_there_is(self) -> None:
        with pytest.raises(RightMissing):
            check_mandate(a_mandate(right=Right.READ), DeskAction.RETRY)

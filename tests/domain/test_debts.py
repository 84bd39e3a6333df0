"""What is owed of each of an order's cases is one number, and what is owed of all is never more."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.casework import MadeRefund, Resolution
from domain.debts import DISPUTED, NOTHING_OWED, NOTHING_TAKEN, Debts
from domain.errors import RefundNotDue
from domain.permissions import BANK_AT_WORK
from domain.refunds import RefundReason, RefundState
from tests.support.builders import usd
from tests.support.reconciling import a_refund

UNDO, PART = "refund", "part"


def a_try(
    part_of: str, amount: int, state: RefundState, *, is_at_stripe: bool = False
) -> MadeRefund:
    return a_refund(
        UUID(int=1),
        state,
        part_of=part_of,
        amount=usd(amount),
        reason=RefundReason.ORDER_ENDED if part_of == UNDO else RefundReason.SUPPORT,
        stripe_refund_id="re_1" if is_at_stripe else None,
    )


def debts(*tries: MadeRefund, **changed: Any) -> Debts:
    """Of an order that was paid with 41.20."""
    given: dict[str, Any] = {"captured": 4_120, "owed": 0, "keep": 0, "disputed": 0}
    return Debts(**(given | {"tries": tries, "cases": ()} | changed))


class TestToMake:
    def test_an_undo_gives_back_what_a_part_owes_too(self) -> None:
        part = a_try(PART, 1_000, RefundState.FAILED)
        undo = a_try(UNDO, 4_120, RefundState.FAILED)
        both = debts(part, undo, owed=4_120, cases={PART, UNDO})
        assert (both.to_make(PART), both.to_make(UNDO)) == (1_000, 4_120)

    def test_nothing_of_what_is_on_its_way(self) -> None:
        part = a_try(PART, 1_000, RefundState.PENDING, is_at_stripe=True)
        assert debts(part, owed=4_120).to_make(UNDO) == 3_120


class TestOf:
    @pytest.mark.parametrize("keep", [0, 300])
    def test_an_undo_is_all_but_what_support_gave_back_and_the_fee(self, keep: int) -> None:
        given = a_try(PART, 2_000, RefundState.SUCCEEDED, is_at_stripe=True)
        assert debts(given, keep=keep).of(UNDO) == 2_120 - keep
        planned = a_try(UNDO, 2_120 - keep, RefundState.FAILED)
        assert debts(given, planned, owed=2_120 - keep, keep=keep).of(UNDO) == 2_120 - keep

    def test_what_is_only_held_is_nothing(self) -> None:
        assert debts(captured=0).of("void") == 0

    def test_each_case_has_its_own(self) -> None:
        """Also where the undo came later, and its try at the bank was of both."""
        part = a_try(PART, 1_000, RefundState.FAILED)
        for undo in ([], [a_try(UNDO, 4_120, RefundState.FAILED)]):
            owed = 4_120 if undo else 1_000
            both = debts(part, *undo, owed=owed, cases={PART, UNDO})
            assert (both.of(PART), both.of(UNDO)) == (1_000, 3_120)

    def test_a_part_that_nobody_looks_after_goes_with_the_undo(self) -> None:
        """The customer got it another way, and then the whole order ended."""
        part = a_try(PART, 1_000, RefundState.FAILED)
        by_hand = a_try("re_1", 1_000, RefundState.SUCCEEDED, is_at_stripe=True)
        assert debts(part, by_hand, cases={UNDO}).of(UNDO) == 3_120

    @given(
        parts=st.lists(st.tuples(st.integers(1, 1_000), st.sampled_from(RefundState)), max_size=4)
    )
    def test_no_minor_unit_is_owed_twice_or_forgotten(
        self, parts: list[tuple[int, RefundState]]
    ) -> None:
        tries = [a_try(f"part-{n}", amount, state) for n, (amount, state) in enumerate(parts)]
        owed = {RefundState.PENDING, RefundState.FAILED}
        due = [each for each in tries if each.state in owed]
        given_back = sum(each.amount.amount for each in tries) - sum(
            each.amount.amount for each in due
        )
        found = debts(
            *tries,
            owed=sum(each.amount.amount for each in due),
            cases={UNDO, *(each.part_of for each in due)},
        )
        shares = [found.of(each.part_of) for each in due]
        assert shares == [each.amount.amount for each in due]
        assert sum(shares) + found.of(UNDO) == 4_120 - given_back


class TestToDecide:
    def test_is_refused_while_the_bank_has_a_refund_of_it(self) -> None:
        sent = a_try(PART, 1_000, RefundState.PENDING, is_at_stripe=True)
        for resolution in (Resolution.PAID_BY_HAND, Resolution.WAIVED):
            assert refusal(debts(sent, owed=1_000), PART, resolution) == BANK_AT_WORK

    def test_is_refused_where_the_customer_has_it(self) -> None:
        made = a_try(PART, 1_000, RefundState.SUCCEEDED, is_at_stripe=True)
        for resolution in (Resolution.PAID_BY_HAND, Resolution.WAIVED):
            assert refusal(debts(made), PART, resolution) == NOTHING_OWED

    def test_an_undo_of_nothing_may_be_waived_so_that_its_case_can_end(self) -> None:
        """The customer has it another way, and the payment service knows nothing of the hold."""
        given = debts(a_try(PART, 4_120, RefundState.SUCCEEDED, is_at_stripe=True), cases={UNDO})
        assert refusal(given, UNDO, Resolution.PAID_BY_HAND) == NOTHING_OWED
        assert given.to_decide(UNDO, Resolution.WAIVED) == 0

    def test_a_hold_is_not_paid_but_may_be_left_to_lapse(self) -> None:
        held = debts(captured=0)
        assert refusal(held, "void", Resolution.PAID_BY_HAND) == NOTHING_TAKEN
        assert held.to_decide("void", Resolution.WAIVED) == 0

    @pytest.mark.parametrize("state", [RefundState.SUCCEEDED, RefundState.PENDING])
    def test_is_refused_above_what_was_paid_together_with_what_the_bank_took(
        self, state: RefundState
    ) -> None:
        """And with what they were given back, or get when the bank is ready."""
        given = a_try("given", 120, state, is_at_stripe=True)
        owed = 1_000 + (120 if state is RefundState.PENDING else 0)
        tries = (given, a_try(PART, 1_000, RefundState.FAILED))
        least = debts(*tries, owed=owed, cases={PART}, disputed=3_000)
        assert least.to_decide(PART, Resolution.PAID_BY_HAND) == 1_000
        above = debts(*tries, owed=owed, cases={PART}, disputed=3_001)
        assert refusal(above, PART, Resolution.PAID_BY_HAND) == DISPUTED
        assert above.to_decide(PART, Resolution.WAIVED) == 1_000

    def test_of_a_disputed_order_may_be_waived_as_a_whole(self) -> None:
        disputed = debts(cases={UNDO}, disputed=4_120)
        assert refusal(disputed, UNDO, Resolution.PAID_BY_HAND) == DISPUTED
        assert disputed.to_decide(UNDO, Resolution.WAIVED) == 4_120

    @given(
        captured=st.integers(1, 1_000),
        disputed=st.integers(0, 1_000),
        made=st.integers(0, 1_000),
        owed=st.integers(1, 1_000),
    )
    def test_never_lets_a_disputed_customer_have_more_than_they_paid(
        self, captured: int, disputed: int, made: int, owed: int
    ) -> None:
        tries = [a_try(PART, owed, RefundState.FAILED)]
        if made:
            tries.append(a_try("given", made, RefundState.SUCCEEDED, is_at_stripe=True))
        found = debts(*tries, captured=captured, owed=owed, cases={PART}, disputed=disputed)
        try:
            paid = found.to_decide(PART, Resolution.PAID_BY_HAND)
        except RefundNotDue:
            assert disputed + made + owed > captured
        else:
            assert not disputed or disputed + made + paid <= captured


def refusal(found: Debts, key: str, resolution: Resolution) -> str:
    with pytest.raises(RefundNotDue) as refused:
        found.to_decide(key, resolution)
    return str(refused.value)

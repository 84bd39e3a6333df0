"""Each kind of difference is seen where it is, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.casework import Resolution
from domain.differences import REPAIRS, Difference, Kind, Repair, is_of_reconciliation, subject_of
from domain.ledger import CUSTOMER, PLATFORM, PSP
from domain.payments import PaymentStatus, RefundStatus
from domain.reconciliation.comparison import compare
from domain.refunds import RefundReason, RefundState
from domain.witnesses import Facts, Run
from tests.support.builders import usd
from tests.support.damage import (
    DAMAGE,
    charged_twice,
    dishes_held,
    held_after_the_end,
    kept_after_the_end,
    more_kept_than_agreed,
    pending_refund,
)
from tests.support.reconciling import (
    a_case,
    a_refund,
    accepted,
    asked_to_authenticate,
    cancelled_with_a_fee,
    confirmed,
    delivered,
    refunded,
    rejected,
    standing,
    with_charge,
    with_order,
    with_payment,
)

HEALTHY = (
    asked_to_authenticate,
    confirmed,
    accepted,
    delivered,
    rejected,
    refunded,
    cancelled_with_a_fee,
)


def kinds(facts: Facts) -> set[Kind]:
    return {difference.kind for difference in compare(facts)}


class TestCompare:
    @pytest.mark.parametrize("healthy", HEALTHY)
    def test_is_silent_where_all_agree(self, healthy: Callable[[], Facts]) -> None:
        assert compare(healthy()) == []

    def test_is_silent_while_a_refund_is_on_its_way(self) -> None:
        assert compare(pending_refund()) == []

    def test_is_silent_while_an_order_still_ends(self) -> None:
        """Its workflow gives back what is held, and has not come to it yet."""
        assert compare(replace(held_after_the_end(), run=Run.RUNNING)) == []
        assert compare(replace(dishes_held(), run=Run.RUNNING)) == []

    @pytest.mark.parametrize("damage", DAMAGE)
    def test_names_what_differs(self, damage: Callable[[], Facts]) -> None:
        assert kinds(damage()) == DAMAGE[damage]

    @pytest.mark.parametrize("damage", DAMAGE)
    def test_says_it_in_a_sentence_and_what_is_at_stake(self, damage: Callable[[], Facts]) -> None:
        for difference in compare(damage()):
            assert difference.words.endswith(".")
            assert difference.words[0].isupper()
            assert difference.amount.amount > 0

    def test_has_a_case_of_damage_for_every_kind(self) -> None:
        assert set().union(*DAMAGE.values()) == {*Kind}

    def test_gives_a_difference_the_same_key_each_time(self) -> None:
        facts = charged_twice()
        [first], [again] = compare(facts), compare(facts)
        assert first.key == again.key
        assert is_of_reconciliation(first.key)
        assert subject_of(first.key) == "pi_2"

    def test_leaves_alone_what_a_person_decided(self) -> None:
        facts = charged_twice()
        [difference] = compare(facts)
        decided = a_case(facts.order_id, difference.key, resolution=Resolution.WAIVED)
        assert compare(replace(facts, cases=[decided])) == []

    def test_finds_again_what_had_gone_away_by_itself(self) -> None:
        facts = charged_twice()
        [difference] = compare(facts)
        closed = a_case(facts.order_id, difference.key, resolution=Resolution.REFUNDED)
        assert compare(replace(facts, cases=[closed])) == [difference]

    def test_counts_what_was_waived_as_settled(self) -> None:
        facts = kept_after_the_end()
        waived = a_refund(facts.order_id, RefundState.WAIVED, stripe_refund_id=None)
        assert compare(with_payment(facts, refunds=[waived])) == []

    def test_is_silent_where_support_gave_a_part_of_the_fee_back(self) -> None:
        facts = cancelled_with_a_fee(500)
        assert facts.payment
        part = a_refund(
            facts.order_id,
            RefundState.SUCCEEDED,
            part_of=f"{facts.order_id}:decision",
            stripe_refund_id="re_2",
            amount=usd(200),
            reason=RefundReason.SUPPORT,
        )
        paid = standing(PaymentStatus.PARTIALLY_REFUNDED, taken=2_300, back=2_000)
        ledger = {PSP: 300, CUSTOMER: 0, PLATFORM: -300}
        refunds = [*facts.payment.refunds, part]
        facts = with_payment(facts, payment=paid, refunds=refunds, ledger=ledger)
        assert compare(with_order(with_charge(facts, refunded=2_000), payment=paid)) == []

    def test_leaves_a_part_to_its_own_case_where_the_undo_was_paid_by_hand(self) -> None:
        facts = kept_after_the_end()
        part, by_hand = (
            a_refund(
                facts.order_id,
                RefundState.FAILED,
                part_of=f"{facts.order_id}:decision",
                amount=usd(500),
                reason=RefundReason.SUPPORT,
            ),
            a_refund(
                facts.order_id, RefundState.SUCCEEDED, stripe_refund_id=None, amount=usd(1_800)
            ),
        )
        paid = standing(PaymentStatus.PARTIALLY_REFUNDED, taken=2_300, back=1_800)
        paid = replace(paid, refund_status=RefundStatus.DUE)
        facts = with_payment(facts, payment=paid, refunds=[part, by_hand])
        facts = with_order(facts, payment=paid)
        case = a_case(facts.order_id, part.part_of)
        assert compare(replace(facts, cases=[case], refunding=frozenset({case.key}))) == []
        assert kinds(facts) == {Kind.KEPT_WITHOUT_FOOD, Kind.REFUND_ABANDONED}

    def test_says_how_much_more_was_kept_than_was_agreed(self) -> None:
        [difference] = compare(more_kept_than_agreed())
        assert difference.words == (
            "The order ended without food, and 5.00 USD were kept instead of the 3.00 USD that "
            "were agreed."
        )
        assert difference.amount == usd(200)


class TestDifference:
    def test_has_a_right_answer_or_is_left_to_a_person(self) -> None:
        assert REPAIRS.keys() == {*Kind}
        assert {*REPAIRS.values()} == {*Repair}

    def test_is_told_apart_by_its_subject(self) -> None:
        order_id = uuid4()
        one, other = (
            Difference(
                kind=Kind.DISPUTE_UNKNOWN,
                order_id=order_id,
                words="It is new.",
                amount=usd(1),
                subject=subject,
            )
            for subject in ("dp_1", "dp_2")
        )
        assert one.key != other.key

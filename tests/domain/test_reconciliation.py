"""Each kind of difference is seen where it is, and nowhere else."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from domain.differences import REPAIRS, Difference, Kind, Repair, is_own_case, subject_of
from domain.payments import RefundState, Resolution
from domain.reconciliation import compare
from domain.witnesses import Facts, Run
from tests.support.builders import usd
from tests.support.damage import (
    DAMAGE,
    charged_twice,
    dishes_held,
    held_after_the_end,
    kept_after_the_end,
    pending_refund,
)
from tests.support.reconciling import (
    a_case,
    a_refund,
    accepted,
    asked_to_authenticate,
    confirmed,
    delivered,
    refunded,
    rejected,
    with_payment,
)

HEALTHY = (asked_to_authenticate, confirmed, accepted, delivered, rejected, refunded)


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
        assert is_own_case(first.key)
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

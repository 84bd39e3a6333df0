from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.deliveries import HELD, OFFER_RADII_KM, TRANSITIONS, DeliveryState

STATES = st.sampled_from(DeliveryState)


class TestDeliveryState:
    def test_has_transitions_for_every_state(self) -> None:
        assert set(TRANSITIONS) == set(DeliveryState)

    @pytest.mark.parametrize("state", DeliveryState)
    def test_is_final_where_it_leads_nowhere(self, state: DeliveryState) -> None:
        ends = {DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.CANCELLED}
        assert state.is_final == (state in ends)

    @given(st.lists(STATES, max_size=40))
    def test_never_delivers_what_nobody_picked_up(self, wishes: list[DeliveryState]) -> None:
        path = _walk(wishes)
        if DeliveryState.DELIVERED in path:
            assert path[-2:] == [DeliveryState.PICKED_UP, DeliveryState.DELIVERED]

    @given(st.lists(STATES, max_size=40))
    def test_changes_hands_only_before_the_pick_up(self, wishes: list[DeliveryState]) -> None:
        path = _walk(wishes)
        after = path[path.index(DeliveryState.PICKED_UP) :] if _picked_up(path) else []
        assert DeliveryState.OFFERED not in after
        assert DeliveryState.ASSIGNED not in after

    @given(st.lists(STATES, max_size=40))
    def test_can_be_ended_as_long_as_it_has_not_ended(self, wishes: list[DeliveryState]) -> None:
        state = _walk(wishes)[-1]
        ends = {DeliveryState.FAILED, DeliveryState.CANCELLED}
        assert state.is_final or all(state.leads_to(end) for end in ends)

    @given(st.lists(STATES, max_size=40))
    def test_is_held_by_nobody_before_a_claim(self, wishes: list[DeliveryState]) -> None:
        for before, after in pairwise(_walk(wishes)):
            if after in HELD and before not in HELD:
                assert (before, after) == (DeliveryState.OFFERED, DeliveryState.ASSIGNED)


def test_every_round_reaches_farther_than_the_one_before() -> None:
    assert list(OFFER_RADII_KM) == sorted(set(OFFER_RADII_KM))


def _picked_up(path: list[DeliveryState]) -> bool:
    return DeliveryState.PICKED_UP in path


def _walk(wishes: list[DeliveryState]) -> list[DeliveryState]:
    """The states that a new delivery goes through, of the wishes those that are legal."""
    path = [DeliveryState.OFFERED]
    for wish in wishes:
        if path[-1].leads_to(wish):
            path.append(wish)
    return path

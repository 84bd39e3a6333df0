from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.throttling import GUESSING, GUESSING_TOGETHER, SPRAYING, Patience, place_of

EACH = pytest.mark.parametrize("patience", [GUESSING, GUESSING_TOGETHER, SPRAYING])
TRIES = st.integers(0, 10**9)
TIMES = st.timedeltas(timedelta(), timedelta(days=3650))
A_DAY = timedelta(days=1)


def tries_within(patience: Patience, time: timedelta) -> int:
    """Of somebody who tries again the moment they may."""
    tries = made = 0
    passed = timedelta()
    while passed < time:
        made, tries = made + 1, tries + 1
        wait = patience.wait_after(tries)
        passed += max(wait, timedelta(milliseconds=1))
        tries = patience.left_of(tries, passed=wait)
    return made


@EACH
class TestPatience:
    @given(tries=TRIES)
    def test_never_keeps_out_for_longer_than_the_longest(
        self, patience: Patience, tries: int
    ) -> None:
        assert timedelta() <= patience.wait_after(tries) <= patience.longest

    @given(tries=TRIES, more=st.integers(1, 100))
    def test_never_waits_less_after_more_tries(
        self, patience: Patience, tries: int, more: int
    ) -> None:
        assert patience.wait_after(tries) <= patience.wait_after(tries + more)

    def test_lets_people_mistype_and_slows_down_who_goes_on(self, patience: Patience) -> None:
        waits = [patience.wait_after(tries).total_seconds() for tries in range(1, 110)]
        assert set(waits[: patience.free]) == {0}
        assert waits[patience.free : patience.free + 3] == [10, 20, 40]

    @given(tries=TRIES, passed=TIMES, more=TIMES)
    def test_forgets_with_time_and_never_the_other_way(
        self, patience: Patience, tries: int, passed: timedelta, more: timedelta
    ) -> None:
        left = patience.left_of(tries, passed=passed)
        assert 0 <= patience.left_of(tries, passed=passed + more) <= left <= tries

    @given(tries=TRIES, ahead=TIMES)
    def test_does_not_count_more_where_a_clock_runs_ahead(
        self, patience: Patience, tries: int, ahead: timedelta
    ) -> None:
        assert patience.left_of(tries, passed=-ahead) == tries


@pytest.mark.parametrize(
    ("patience", "a_day"), [(GUESSING, 110), (GUESSING_TOGETHER, 1_460), (SPRAYING, 8_750)]
)
def test_a_patient_guesser_gets_few_tries_a_day(patience: Patience, a_day: int) -> None:
    """A password that is allowed takes a hundred thousand: see `adapters.passwords`."""
    assert tries_within(patience, A_DAY) <= a_day


class TestPlaceOf:
    @pytest.mark.parametrize(
        ("address", "place"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::8", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
            ("a name", "a name"),
        ],
    )
    def test_is_an_address_or_a_household(self, address: str, place: str) -> None:
        assert place_of(address) == place

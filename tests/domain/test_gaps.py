from itertools import chain
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.events.gaps import Gaps

IDS = [UUID(int=number) for number in range(3)]
SEEN = st.lists(st.tuples(st.sampled_from(IDS), st.integers(1, 12)), max_size=40)


class TestGaps:
    @given(seen=SEEN)
    def test_are_what_lies_below_the_highest_and_was_not_seen(
        self, seen: list[tuple[UUID, int]]
    ) -> None:
        gaps = Gaps()
        for aggregate_id, version in seen:
            gaps.see(aggregate_id, version)
        versions = {each: {version for whose, version in seen if whose == each} for each in IDS}
        missing = {
            each: sorted({*range(1, max(have))} - have) for each, have in versions.items() if have
        }
        found = {whose: [*chain.from_iterable(which)] for whose, which in gaps}
        assert found == {each: which for each, which in missing.items() if which}
        assert [gaps.last(each) for each in IDS] == [max(versions[each], default=0) for each in IDS]

    def test_may_be_wider_than_any_memory(self) -> None:
        gaps = Gaps()
        for version in (2**60, 7):
            gaps.see(IDS[0], version)
        assert dict(gaps) == {IDS[0]: [range(1, 7), range(8, 2**60)]}

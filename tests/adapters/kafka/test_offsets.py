from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adapters.kafka.offsets import Offsets


class Partition(RuleBasedStateMachine):
    """Records begun in order and finished in any, beside the plainest account of them."""

    def __init__(self) -> None:
        super().__init__()
        self.offsets = Offsets()
        self.begun: list[int] = []
        self.finished: set[int] = set()
        self.committed = 0

    @rule(gap=st.integers(min_value=1, max_value=3))
    def begin(self, gap: int) -> None:
        """Not every offset has a record."""
        offset = (self.begun[-1] if self.begun else 40) + gap
        self.offsets.begin(offset)
        self.begun.append(offset)

    @precondition(lambda self: self.begun)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        """Maybe for the second time."""
        offset = data.draw(st.sampled_from(self.begun))
        self.offsets.finish(offset)
        self.finished.add(offset)

    @precondition(lambda self: self.begun)
    @invariant()
    def commits_all_that_is_done_up_to_what_is_not(self) -> None:
        under_way = [offset for offset in self.begun if offset not in self.finished]
        position = self.offsets.position
        assert all(offset in self.finished for offset in self.begun if offset < position)
        assert position == (under_way[0] if under_way else self.begun[-1] + 1)

    @precondition(lambda self: self.begun)
    @invariant()
    def never_goes_back(self) -> None:
        assert self.offsets.position >= self.committed
        self.committed = self.offsets.position

    @precondition(lambda self: self.begun)
    @invariant()
    def spans_what_would_be_read_again(self) -> None:
        assert self.offsets.span == self.begun[-1] + 1 - self.offsets.position


TestOffsets = Partition.TestCase


class TestOffsetsInAnyOrder:
    @given(st.permutations(range(7, 17)))
    def test_end_after_the_last_one_whatever_ends_first(self, ending: list[int]) -> None:
        offsets = Offsets()
        for offset in range(7, 17):
            offsets.begin(offset)
        for offset in ending:
            offsets.finish(offset)
        assert (offsets.position, offsets.span) == (17, 0)

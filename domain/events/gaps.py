"""What is missing among the events of many aggregates, which are numbered 1, 2, 3 …"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID


class Gaps:
    """Events may be seen in any order, and more than once. Takes about 150 bytes per aggregate.

    What is missing is kept as intervals: a number that somebody made up may be far away.
    """

    def __init__(self) -> None:
        self._last = dict[UUID, int]()
        self._missing = defaultdict[UUID, list[range]](list)

    def see(self, aggregate_id: UUID, version: int) -> None:
        last = self.last(aggregate_id)
        if version <= last:
            gaps = self._missing.get(aggregate_id, [])
            gaps[:] = [part for gap in gaps for part in _without(gap, version)]
            return
        if version > last + 1:
            self._missing[aggregate_id].append(range(last + 1, version))
        self._last[aggregate_id] = version

    def last(self, aggregate_id: UUID) -> int:
        """The highest that was seen; 0 where none was."""
        return self._last.get(aggregate_id, 0)

    def __iter__(self) -> Iterator[tuple[UUID, list[range]]]:
        """Who misses which, below the highest that was seen, in ascending order."""
        return ((whose, which) for whose, which in self._missing.items() if which)


def _without(gap: range, version: int) -> list[range]:
    if version not in gap:
        return [gap]
    around = range(gap.start, version), range(version + 1, gap.stop)
    return [part for part in around if part]

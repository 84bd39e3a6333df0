"""What is missing among the events of many aggregates, which are numbered 1, 2, 3 …"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID


class Gaps:
    """Events may be seen in any order, and more than once. Takes about 150 bytes per aggregate."""

    def __init__(self) -> None:
        self._last = dict[UUID, int]()
        self._missing = defaultdict[UUID, set[int]](set)

    def see(self, aggregate_id: UUID, version: int) -> None:
        last = self.last(aggregate_id)
        if version <= last:
            self._missing.get(aggregate_id, set()).discard(version)
            return
        if version > last + 1:
            self._missing[aggregate_id].update(range(last + 1, version))
        self._last[aggregate_id] = version

    def last(self, aggregate_id: UUID) -> int:
        """The highest that was seen; 0 where none was."""
        return self._last.get(aggregate_id, 0)

    def __iter__(self) -> Iterator[tuple[UUID, list[int]]]:
        """Who misses which, below the highest that was seen."""
        return ((whose, sorted(which)) for whose, which in self._missing.items() if which)

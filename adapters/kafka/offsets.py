"""Up to where a partition is done, when its records are dealt with side by side."""


class Offsets:
    """Of one partition: begun in ascending order, finished in any."""

    def __init__(self) -> None:
        # A dict for its order: the first is the oldest.
        self._under_way: dict[int, None] = {}
        self._next = 0

    def begin(self, offset: int) -> None:
        self._under_way[offset] = None
        self._next = offset + 1

    def finish(self, offset: int) -> None:
        """Does nothing where it is not under way."""
        self._under_way.pop(offset, None)

    @property
    def position(self) -> int:
        """What may be committed: the oldest offset under way, or the one after the last begun."""
        return next(iter(self._under_way), self._next)

    @property
    def span(self) -> int:
        """How many offsets would be read again by whoever begins at `position`."""
        return self._next - self.position

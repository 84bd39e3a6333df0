"""What can't be sent holds up its own aggregate and no other."""

from datetime import datetime
from time import monotonic

from adapters.postgres.outbox_reader import OutboxRecord

# Seconds: as long as the event has waited already, so that a short trouble costs little.
_SHORTEST, _LONGEST = 1.0, 60.0


class HeldUp:
    """Aggregates whose next event could not be sent: each is left alone for a while."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def hold(self, record: OutboxRecord, *, now: datetime) -> float:
        """Returns for how many seconds."""
        age = (now - record.created_at).total_seconds()
        seconds = min(max(age, _SHORTEST), _LONGEST)
        self._until[record.aggregateid] = monotonic() + seconds
        return seconds

    def ids(self) -> list[str]:
        """Of those that are to be left alone now."""
        now = monotonic()
        self._until = {held: until for held, until in self._until.items() if until > now}
        return [*self._until]

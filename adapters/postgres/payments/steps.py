"""A step towards Stripe: an idempotency key, how far it came, and whether it was undone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import DomainError


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a step stands for the one who begins or finishes it.

    `begun_at` is None for a tombstone that came first. `retried` says that an earlier attempt may
    have reached Stripe. `undone_by` is the key of the undo.
    """

    key: str
    state: StepState
    n: int
    begun_at: datetime | None
    retried: bool
    refusal: DomainError | None
    undone_by: str | None

    @property
    def is_open(self) -> bool:
        return self.state is StepState.OPEN

    @property
    def vendor_key(self) -> str:
        """Stripe replays a stored server error for as long as its key lives: hence the number."""
        return f"{self.key}:{self.n}"

"""A step that keeps failing: what it fails on, and what a person may try."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Culprit(StrEnum):
    """What a step keeps failing on. The value is a wire name: signals have it."""

    PAYMENT_SERVICE = "payment_service"
    DATABASE = "database"
    ENGINE = "engine"
    # No answer within its time, or its worker is gone.
    SILENCE = "silence"
    # Anything that is nobody else's.
    FAULT = "fault"

    @property
    def words(self) -> str:
        """What happens, as part of a sentence."""
        return _WORDS[self]

    @property
    def hint(self) -> str:
        """What to try, in a sentence."""
        return _HINTS[self]


_WORDS = {
    Culprit.PAYMENT_SERVICE: "the payment service does not answer as it should",
    Culprit.DATABASE: "the database does not answer",
    Culprit.ENGINE: "Temporal's server does not answer",
    Culprit.SILENCE: "no answer came in time, or a worker was lost",
    Culprit.FAULT: "a fault of ours",
}
_TRY_AGAIN = "retry the step now on the support page, or wait: it is tried again by itself."
_HINTS = {
    Culprit.PAYMENT_SERVICE: f"is Stripe in trouble? Once it answers: {_TRY_AGAIN}",
    Culprit.DATABASE: f"tell who is on call; {_TRY_AGAIN}",
    Culprit.ENGINE: f"tell who is on call; {_TRY_AGAIN}",
    Culprit.SILENCE: f"{_TRY_AGAIN} Where that does not help, tell who is on call.",
    Culprit.FAULT: "tell an engineer: it will hardly pass by itself.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrouble:
    """An activity has failed `since` it was first scheduled; `attempt` is the one that tells it.

    `step` is the activity's name.
    """

    step: str
    since: datetime
    attempt: int
    why: Culprit

"""How much of it: the environment's word (`make soak`), or the short form that `make test` runs."""

import random
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Knobs(BaseSettings):
    """`away` in seconds. Everything that is drawn, is drawn from `seed`."""

    model_config = SettingsConfigDict(frozen=True)

    orders: int = 50
    # At once, at most.
    open: int = 20
    kills: int = 7
    # Long enough for two looks of a relay at its outbox.
    away: int = 12
    seed: int = 4
    # Where the reports go; None for somewhere that is thrown away.
    reports: Path | None = None

    @property
    def chance(self) -> random.Random:
        """That draws the same every time."""
        return random.Random(self.seed)  # noqa: S311 - Nothing here is a secret.

    @property
    def patience(self) -> float:
        """Seconds that an order may take from one step to its next, among so many others."""
        return 60 + self.open

    @property
    def until_quiet(self) -> float:
        """Seconds that all the events may take to be sent, or to be read again from the first."""
        return 60 + self.orders / 4

"""A customer's bank takes the money back, and asks who is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.money import Money


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A customer's bank took the money back and asks who is right; we may answer until `due_by`."""

    dispute_id: str
    order_id: UUID
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime
    due_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtDispute:
    dispute_id: str


def taken_back(disputes: Iterable[Dispute]) -> int:
    """What the customer has through their bank, for now or for good: minor units."""
    return sum(each.amount.amount for each in disputes if each.state is not DisputeState.WON)

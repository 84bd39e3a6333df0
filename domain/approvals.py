"""Four eyes: what one person of support asked for, and another approves or declines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.desk import DeskAction, Right
from domain.money import Money

ASKED_ONESELF = "You asked for this yourself: somebody else has to decide."


class Decision(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


class ApprovalState(StrEnum):
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskApproval:
    """Of a second person, for giving away `amount`.

    `request` is the action's body as JSON, and is what will be done: ids, amounts and codes. The
    reason is not in it but the remark that `remark_id` names.
    """

    approval_id: UUID
    asked_by: UUID
    action: DeskAction
    order_id: UUID
    request: dict[str, object]
    amount: Money
    remark_id: UUID
    expires_at: datetime


def why_not_decide(asked_by: UUID, *, by: UUID, right: Right) -> str | None:
    """A sentence; None where `by` may decide about what `asked_by` asked for."""
    if asked_by == by:
        return ASKED_ONESELF
    if not right.covers(Right.MONEY):
        return f"Your right is {right}: to decide about this needs {Right.MONEY}."
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What was asked for, and what the second person said, if one has."""

    asked: AskApproval
    asked_at: datetime
    decision: Decision | None
    decided_by: UUID | None
    decided_at: datetime | None

    def state(self, now: datetime) -> ApprovalState:
        if self.decision:
            return ApprovalState(self.decision)
        return ApprovalState.WAITING if now < self.asked.expires_at else ApprovalState.LAPSED

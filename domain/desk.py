"""The support desk: what its people may do, and how far each of them may go alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import ApprovalNeeded, RightMissing
from domain.money import Money


class Right(StrEnum):
    """Of somebody of support; each holds the ones before it."""

    READ = "read"
    ACT = "act"
    MONEY = "money"

    def covers(self, other: "Right") -> bool:
        rights = list(Right)
        return rights.index(self) >= rights.index(other)


class DeskAction(StrEnum):
    """What support does, and what administrators make of accounts.

    The value is a wire name: the audit log holds it.
    """

    RETRY = "retry"
    EXTEND_DEADLINE = "extend_deadline"
    REASSIGN_COURIER = "reassign_courier"
    RESEND_CONFIRMATION = "resend_confirmation"
    ADD_NOTE = "add_note"
    MOVE_CASE = "move_case"
    DECIDE_CASE = "decide_case"
    CANCEL = "cancel"
    REFUND = "refund"
    RESOLVE_REFUND = "resolve_refund"
    ORDER_AGAIN = "order_again"
    # An administrator's: no order's, and done by no right of support.
    SET_ROLES = "set_roles"
    SET_SUPPORT_RIGHT = "set_support_right"

    @property
    def needs(self) -> Right:
        return Right.MONEY if self in _MOVES_MONEY else Right.ACT


_MOVES_MONEY = frozenset(
    {DeskAction.REFUND, DeskAction.RESOLVE_REFUND, DeskAction.ORDER_AGAIN, DeskAction.DECIDE_CASE}
)
# What a resolution pays was promised before, by one of these or by nobody of support.
_GIVES = frozenset({DeskAction.REFUND, DeskAction.CANCEL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """Who of support asks for something, and how far they may go.

    `limit` is what they may give away of one order and alone, in its currency; above it
    `approved_by` names a second person, who agreed to as much as `approved`. `given` is what they
    gave away of the order alone before, and `unknown` what else they asked to give of which
    nobody knows what came. `remark_id` is the reason they wrote, None where they only look what
    would be. It is filled in by the API from the login, and checked again by workflows.
    """

    by: UUID
    right: Right
    limit: Money
    remark_id: UUID | None
    approved_by: UUID | None = None
    approved: Money | None = None
    given: Money | None = None
    unknown: tuple[DeskAction, ...] = ()

    def check(self, action: DeskAction, amount: Money | None = None) -> None:
        """`amount` is what leaves the platform by it, if any money does.

        Raises `RightMissing`, and `ApprovalNeeded` above the limit without a second person.
        """
        moves_money = amount is not None and amount.amount > 0
        check_right(self.right, Right.MONEY if moves_money else action.needs)
        if amount is not None and moves_money:
            self._check_amount(action, amount)

    def _check_amount(self, action: DeskAction, amount: Money) -> None:
        second = self.approved_by not in {None, self.by}
        if second and self.approved and (amount - self.approved).amount > 0:
            message = f"{amount} is more than the {self.approved} that was approved: ask again."
            raise ApprovalNeeded(message)
        if second:
            return
        if action in _GIVES:
            self._check_that_all_is_known(action)
        given = self.given if self.given and action in _GIVES else Money.zero(amount.currency)
        if (amount + given - self.limit).amount <= 0:
            return
        what = f"{amount} after {given} of the same order is" if given.amount else f"{amount} is"
        message = (
            f"{what} more than the {self.limit} that one person may give away. "
            "Ask for a second person's approval on the support page."
        )
        raise ApprovalNeeded(message)

    def _check_that_all_is_known(self, action: DeskAction) -> None:
        """An order is cancelled once, however often somebody asks for it."""
        if any(each is not action or each is DeskAction.REFUND for each in self.unknown):
            message = (
                "Another request of yours about this order has no outcome yet, so nobody knows how "
                "much you gave away. Send that one again, or ask for a second person's approval on "
                "the support page."
            )
            raise ApprovalNeeded(message)


def check_right(right: Right, needed: Right) -> None:
    """Raises `RightMissing`."""
    if not right.covers(needed):
        message = f"Your right is {right}: this needs {needed}. Ask a colleague who has it."
        raise RightMissing(message)


def check_mandate(mandate: Mandate | None, action: DeskAction, amount: Money | None = None) -> None:
    """The same of a command. Who sends it from the Temporal UI has none: money never moves so.

    Raises `RightMissing` and `ApprovalNeeded`.
    """
    if mandate:
        mandate.check(action, amount)
    elif action.needs is Right.MONEY or (amount is not None and amount.amount > 0):
        message = "Money moves by it, and nobody knows who asks: do it on the support page."
        raise RightMissing(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySteps:
    """Run what a workflow's run has failed at again at once, instead of when its time comes."""

    workflow_id: str
    run_id: str


class Outcome(StrEnum):
    """What came of an action. `ASKED` is written before it begins, and one of the others after."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A line of the audit log, which is only ever appended to.

    Rows of one `action_id` are one action: first `ASKED`, then what came of it. `before` and
    `after` are what the action was about (ids, statuses, amounts: nobody's data); `code` is why it
    was refused. `order_id` is None for what concerns no order, and `right` for what an
    administrator grants.
    """

    action_id: UUID
    at: datetime
    actor: UUID
    right: Right | None
    action: DeskAction
    order_id: UUID | None
    remark_id: UUID | None
    approved_by: UUID | None
    amount: Money | None
    before: dict[str, object]
    after: dict[str, object]
    request_id: str
    outcome: Outcome
    code: str | None = None

    @property
    def account_id(self) -> UUID | None:
        """Whose roles or right it is about."""
        return UUID(str(self.before["account"])) if "account" in self.before else None


def given_alone(log: Iterable[AuditRow], by: UUID, currency: str) -> Money:
    """What that person has given away of one order, of which the `log` is, without a second one."""
    amounts = [
        row.amount
        for row in log
        if row.actor == by
        and row.action in _GIVES
        and row.outcome is Outcome.DONE
        and row.approved_by is None
        and row.amount
    ]
    return sum(amounts, Money.zero(currency))


def unknown_gifts(
    log: Iterable[AuditRow], by: UUID, *, own: UUID | None = None
) -> tuple[DeskAction, ...]:
    """What that person asked to give away of one order, and is neither done nor refused so far.

    It may be under way in this moment, or its outcome could not be written. Not `own`, the action
    that wants to know; nor what waits for a second person.
    """
    rows = list(log)
    ended = {row.action_id for row in rows if row.outcome is not Outcome.ASKED}
    return tuple(
        row.action
        for row in rows
        if row.actor == by
        and row.action in _GIVES
        and row.action_id not in ended | {own}
        and not {"approval", "decision"} & row.after.keys()
    )

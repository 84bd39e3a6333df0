"""Who of support asks for something, and the lines of the audit log around all they do."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid4, uuid5

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from api.dependencies import Support, Using
from api.fields import Model, Text
from api.idempotency import Given, Idempotency, Required
from api.services import Services
from api.support.snapshots import Matter, currency_of, name_of, snapshot
from domain.accounts import Account, Role
from domain.desk import (
    AuditRow,
    DeskAction,
    Mandate,
    Outcome,
    Right,
    given_alone,
    unknown_gifts,
)
from domain.errors import DomainError, Forbidden
from domain.money import Money
from domain.orders import Actor

# The namespace of the audit log's actions: fixed for ever, because one is found again by its key.
_ACTIONS = UUID("0c6f1f0e-8f0f-4d0e-9b52-5a4d7a0c6e7b")
# What a body refused for its values is called, as the answer calls it too.
_INVALID = "invalid_request"


class Reasoned(Model):
    """Every action of support says why; it is not kept where the order's customer was erased."""

    reason: Text


@dataclass(slots=True, kw_only=True)
class Act:
    """One action of somebody of support: what it is about, how far it may go, what comes of it.

    `noted` is what the audit log shall say beside how its matter stood before and after: ids,
    codes and amounts. `log` is all that support did about the order before, `reason_id` the
    remark that says why.
    """

    desk: "Desk"
    action: DeskAction
    matter: Matter
    mandate: Mandate
    before: dict[str, object]
    action_id: UUID
    reason_id: UUID
    log: Sequence[AuditRow]
    amount: Money | None = None
    noted: dict[str, object] = field(default_factory=dict)

    @property
    def done(self) -> AuditRow | None:
        """The line that says so, where this very request was done before: it is done once."""
        return self._line(Outcome.DONE)

    @property
    def asked(self) -> AuditRow | None:
        """The line of when it was first asked for, where it is asked for again."""
        return self._line(Outcome.ASKED)

    def _line(self, outcome: Outcome) -> AuditRow | None:
        rows = (row for row in self.log if row.action_id == self.action_id)
        # A decision about what a colleague asked for is a line of the same action.
        own = (row for row in rows if "decision" not in row.after)
        return next((row for row in own if row.outcome is outcome), None)

    def update_id(self, verb: str) -> str:
        """The engine carries an update of one id out once, and keeps also why it failed."""
        return f"{verb}-{self.action_id}"

    def spend(self, amount: Money) -> None:
        """So much leaves the platform by it. Raises `RightMissing` and `ApprovalNeeded`."""
        self.amount = amount
        self.mandate.check(self.action, amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Somebody of support, and what they asked with: the functions that act are given one.

    `request_id` joins the audit log to all other logs. `remark_id` is the reason where it was
    written down before: what somebody approved, or asked for many orders. `approved_by` is the
    second person, who has agreed to as much as `approved`.
    """

    services: Services
    caller: Account
    right: Right
    request_id: str
    idempotency: Idempotency | None = None
    approved_by: UUID | None = None
    approved: Money | None = None
    remark_id: UUID | None = None

    @property
    def key(self) -> str | None:
        return self.idempotency.key if self.idempotency else None

    def mandate(
        self,
        matter: Matter,
        remark_id: UUID | None,
        log: Iterable[AuditRow],
        *,
        own: UUID | None = None,
    ) -> Mandate:
        """What they may do, and how far, for the reason that the remark is, if there is one.

        `log` is what was done about the order before: several small gifts are a large one. `own`
        is the action that it is for.
        """
        log = list(log)
        return Mandate(
            by=self.caller.account_id,
            right=self.right,
            limit=self.services.support.limit_of(currency_of(matter)),
            remark_id=remark_id,
            approved_by=self.approved_by,
            approved=self.approved,
            given=given_alone(log, self.caller.account_id, currency_of(matter)),
            unknown=unknown_gifts(log, self.caller.account_id, own=own),
        )

    async def keep(self, order_id: UUID, reason: str, *, of: UUID) -> UUID:
        """What people write stays in Postgres: workflows and the audit log hear the id of it.

        It is the one reason `of` something: an action, or many at once. Its text is not written
        down where the order's customer was erased.
        """
        return await self.services.writings.keep_remark(
            order_id=order_id,
            actor=Actor.SUPPORT,
            account_id=self.caller.account_id,
            text=reason,
            remark_id=reason_id(of, order_id),
        )

    @asynccontextmanager
    async def acting(self, action: DeskAction, matter: Matter, reason: str) -> AsyncIterator[Act]:
        """Write who asks for what before it begins, and what came of it.

        Where a part is down in the middle, only that it was asked for is written: nobody knows
        then whether it happened. Raises `RightMissing`, and what the action raises.
        """
        async with self.asking(action, matter, reason) as act:
            yield act
        await self.write(act, Outcome.DONE)

    @asynccontextmanager
    async def asking(
        self, action: DeskAction, matter: Matter, reason: str, **noted: object
    ) -> AsyncIterator[Act]:
        """The same for what is only asked for, and done when somebody else has agreed."""
        log = await self.services.audit.of_order(matter.order_id)
        id_ = self.action_id(action, matter, log)
        remark_id = self.remark_id or await self.keep(matter.order_id, reason, of=id_)
        act = Act(
            desk=self,
            action_id=id_,
            reason_id=remark_id,
            action=action,
            matter=matter,
            mandate=self.mandate(matter, remark_id, log, own=id_),
            before=await snapshot(self.services, matter),
            log=log,
            noted=noted,
        )
        await self.write(act, Outcome.ASKED)
        # Once more: so, of two that are asked for at one moment, at least one hears of the other.
        now = await self.services.audit.of_order(matter.order_id)
        act.mandate = self.mandate(matter, remark_id, now, own=id_)
        try:
            act.mandate.check(action)
            yield act
        except DomainError as refusal:
            await self.write(act, Outcome.REFUSED, code=refusal.code())
            raise
        except RequestValidationError:
            await self.write(act, Outcome.REFUSED, code=_INVALID)
            raise

    async def write(self, act: Act, outcome: Outcome, *, code: str | None = None) -> None:
        """Add a line to the audit log."""
        asked = outcome is Outcome.ASKED
        after = {} if asked else await snapshot(self.services, act.matter)
        row = AuditRow(
            action_id=act.action_id,
            at=datetime.now(UTC),
            actor=self.caller.account_id,
            right=self.right,
            action=act.action,
            order_id=act.matter.order_id,
            remark_id=act.reason_id,
            approved_by=self.approved_by,
            amount=act.amount,
            before=act.before,
            after=after | act.noted,
            request_id=self.request_id,
            outcome=outcome,
            code=code,
        )
        await self.services.audit.append(row)

    def action_id(self, action: DeskAction, matter: Matter, log: Sequence[AuditRow]) -> UUID:
        """What is asked again with the same key is one action, unless it was refused before.

        A refusal is not remembered: what was impossible then may be possible now.
        """
        if self.idempotency is None:
            return uuid4()
        scope = f"{action}:{self.caller.account_id}:{name_of(matter)}"
        id_ = uuid5(_ACTIONS, f"{scope}:{self.key}:{self.idempotency.request_hash}")
        refused = _refused(log)
        while id_ in refused:
            id_ = uuid5(id_, "again")
        return id_


def reason_id(of: UUID, order_id: UUID) -> UUID:
    """Of the remark that is the one reason there, whether it is written down yet or not."""
    return uuid5(of, str(order_id))


def _refused(log: Sequence[AuditRow]) -> set[UUID]:
    """What was done is done, also where it was refused when it was asked again."""
    done, refused = (
        {row.action_id for row in log if row.outcome is outcome}
        for outcome in (Outcome.DONE, Outcome.REFUSED)
    )
    return refused - done


def desk_of(
    services: Services, caller: Account, request_id: str, idempotency: Idempotency | None = None
) -> Desk:
    """Raises `Forbidden` for who is not, or no longer, of support."""
    if caller.support_right is None:
        message = f"This needs the role {Role.SUPPORT}."
        raise Forbidden(message)
    return Desk(
        services=services,
        caller=caller,
        right=caller.support_right,
        request_id=request_id,
        idempotency=idempotency,
    )


async def _desk(request: Request, services: Using, caller: Support, idempotency: Given) -> Desk:
    return desk_of(services, caller, request.state.request_id, idempotency)


async def _keyed(request: Request, services: Using, caller: Support, idempotency: Required) -> Desk:
    return desk_of(services, caller, request.state.request_id, idempotency)


AtDesk = Annotated[Desk, Depends(_desk)]
"""An `Idempotency-Key` is optional."""

KeyedDesk = Annotated[Desk, Depends(_keyed)]
"""For what must not happen twice: an `Idempotency-Key` is required."""

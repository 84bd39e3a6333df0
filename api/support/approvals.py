"""Four eyes: what is more than one person may give away, a second one approves or declines."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Support, Using
from api.idempotency import Idempotency, hash_of
from api.money import Money
from api.openapi import refusals
from api.pages import Page, Paged, Position, page_of
from api.services import Services
from api.support.actions import ACTIONS, AGREED, find_for_support
from api.support.desk import AtDesk, Desk, Reasoned, desk_of
from domain.approvals import Approval, ApprovalState, AskApproval, Decision, why_not_decide
from domain.desk import DeskAction, Outcome, Right
from domain.errors import (
    ApprovalDecided,
    ApprovalNeeded,
    ApprovalNotFound,
    AskerGone,
    FeeRefused,
    Forbidden,
    IdempotencyKeyReused,
    IllegalTransition,
    OrderNotFound,
    ReferenceMissing,
    RefundExceedsCaptured,
    RefundNotDue,
    RightMissing,
    TooLateToCancel,
)
from domain.orders import Order

router = APIRouter(prefix="/support/approvals", tags=["support"])

LAPSES_AFTER = timedelta(hours=24)
# The namespace of approvals: fixed for ever, because one is found again by its asker's key.
_APPROVALS = UUID("5b0f3f0a-6a0c-4b8e-8c3b-8a0b5c2f7d11")
_DECIDING = (Forbidden, RightMissing, ApprovalNotFound, ApprovalDecided, OrderNotFound)
# What the amount of an action may be refused for.
_AMOUNT = (RefundExceedsCaptured, RefundNotDue, FeeRefused)


class Asking(Reasoned):
    """`request` is the body of the action, without its reason."""

    action: Literal[DeskAction.REFUND, DeskAction.CANCEL, DeskAction.RESOLVE_REFUND]
    order_id: UUID
    request: dict[str, Any] = Field(examples=[{"liable": "platform"}])


class ApprovalAnswer(BaseModel):
    """`reason` is empty once it was erased, and where the order's customer was erased before.

    `result` is what the action answered; only the answer to `POST …/approve` has it.
    """

    id: UUID
    state: ApprovalState
    action: DeskAction
    order_id: UUID
    request: dict[str, Any] = Field(examples=[{"liable": "platform"}])
    reason: str
    amount: Money
    asked_by: UUID
    asked_at: datetime
    expires_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    result: dict[str, Any] | None = Field(default=None, examples=[{"state": "pending"}])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=refusals(
        Forbidden, RightMissing, OrderNotFound, IllegalTransition, IdempotencyKeyReused, *_AMOUNT
    ),
)
async def ask_approval(body: Asking, desk: AtDesk) -> ApprovalAnswer:
    """Of a second person; nothing happens until then. It lapses after a day."""
    order = await find_for_support(desk.services, body.order_id)
    doable = ACTIONS[body.action]
    wanted = doable.read({**body.request, "reason": body.reason})
    wanted = await doable.pinned(desk.services, order, wanted)
    request = wanted.model_dump(mode="json", exclude={"reason"}, exclude_unset=True)
    id_ = uuid5(_APPROVALS, f"{desk.caller.account_id}:{desk.key}") if desk.key else uuid4()
    asker = replace(desk, idempotency=_idempotency(id_, request))
    async with asker.asking(body.action, order, body.reason, approval=str(id_)) as act:
        amount = await doable.spends(desk.services, order, wanted)
        if amount is None:
            message = "No money leaves the platform by this: it needs nobody's approval."
            raise IllegalTransition(message)
        # A second person adds to the limit, and not to the right.
        with suppress(ApprovalNeeded):
            act.mandate.check(body.action, amount)
        asked = AskApproval(
            approval_id=id_,
            asked_by=desk.caller.account_id,
            action=body.action,
            order_id=order.order_id,
            request=request,
            amount=amount,
            remark_id=act.reason_id,
            expires_at=datetime.now(UTC) + LAPSES_AFTER,
        )
        approval = await desk.services.approvals.ask(asked)
        if _content(approval.asked) != _content(asked):
            message = "This Idempotency-Key stands for another approval: take a new one."
            raise IdempotencyKeyReused(message)
    return await _answer(desk.services, approval)


@router.get("", responses=refusals(Forbidden))
async def list_approvals(services: Using, _: Support, paging: Paged) -> Page[ApprovalAnswer]:
    """Those that wait for somebody, who has waited longest first.

    Among them what was approved while a part of ours was down, so that nobody knows whether it
    was done: it may be approved again, and is done once.
    """
    after = paging.before(services.cursors)
    rows = await open_approvals(services, after=after, limit=paging.limit + 1)
    answers = await _answers(services, rows)
    return page_of(
        answers,
        paging,
        services.cursors,
        at=lambda answer: (answer.asked_at, answer.id),
        shape=lambda answer: answer,
    )


@router.get("/{approval_id}", responses=refusals(Forbidden, ApprovalNotFound))
async def read_approval(approval_id: UUID, services: Using, _: Support) -> ApprovalAnswer:
    """Also one that was decided about, or has lapsed."""
    return await _answer(services, await _find(services, approval_id))


@router.post(
    "/{approval_id}/approve",
    responses=refusals(
        *_DECIDING, AskerGone, ApprovalNeeded, ReferenceMissing, TooLateToCancel, *_AMOUNT
    ),
)
async def approve(approval_id: UUID, body: Reasoned, desk: AtDesk) -> ApprovalAnswer:
    """Have it done as it was asked for, once; by anybody but who asked, with the right to money.

    Where the action is refused now, its refusal is answered; so it is where it would give away
    more by now than was asked for, or where another amount is due than was paid by hand.
    """
    approval, order = await _decided(approval_id, Decision.APPROVED, body, desk)
    asked = approval.asked
    doable = ACTIONS[asked.action]
    wanted = doable.read({**asked.request, "reason": AGREED})
    try:
        agreed = await _agreed(desk, approval)
    except (ApprovalDecided, AskerGone):
        if await _was_done(desk.services, asked):
            return await _answer(desk.services, approval)
        raise
    done = await doable.do(order, wanted, agreed)
    answer = await _answer(desk.services, approval)
    return answer.model_copy(update={"result": done.model_dump(mode="json")})


@router.post("/{approval_id}/decline", responses=refusals(*_DECIDING))
async def decline(approval_id: UUID, body: Reasoned, desk: AtDesk) -> ApprovalAnswer:
    """It is not done; who asked may ask again."""
    approval, _ = await _decided(approval_id, Decision.DECLINED, body, desk)
    return await _answer(desk.services, approval)


async def open_approvals(
    services: Services, *, after: Position | None = None, limit: int
) -> Sequence[Approval]:
    """What a second person has to do something about, who has waited longest first."""
    unfinished = await services.approvals.unfinished(after=after, limit=limit)
    waiting = await services.approvals.waiting(after=after, limit=limit)
    both = sorted([*unfinished, *waiting], key=lambda each: (each.asked_at, each.asked.approval_id))
    return both[:limit]


async def _decided(
    approval_id: UUID, decision: Decision, body: Reasoned, desk: Desk
) -> tuple[Approval, Order]:
    """The word of the second person, in the log as theirs."""
    found = await _find(desk.services, approval_id)
    asked = found.asked
    order = await find_for_support(desk.services, asked.order_id)
    noted = {"approval": str(approval_id), "decision": decision.value}
    decider = replace(desk, idempotency=_of_one(approval_id, desk.idempotency))
    async with decider.asking(asked.action, order, body.reason, **noted) as act:
        refusal = why_not_decide(asked.asked_by, by=desk.caller.account_id, right=desk.right)
        if refusal:
            raise RightMissing(refusal)
        if decision is Decision.APPROVED and not found.decision:
            # Before it is written: what was approved can't be declined any more.
            await _asker(desk, asked)
        approval = await desk.services.approvals.decide(
            approval_id, decision, by=desk.caller.account_id, remark_id=act.reason_id
        )
    await desk.write(act, Outcome.DONE)
    return approval, order


async def _agreed(desk: Desk, approval: Approval) -> Desk:
    """Who asked, with a second person's word for it.

    Raises `ApprovalDecided` where it has lapsed since, and `AskerGone`. What was begun and not
    heard of again has no line in the log, so nobody is told then that it was not done.
    """
    asked = approval.asked
    if asked.expires_at <= datetime.now(UTC):
        message = (
            "It was approved, and has lapsed since. Look at the order's money: "
            "if it was not done, ask again."
        )
        raise ApprovalDecided(message)
    try:
        asker = await _asker(desk, asked)
    except AskerGone as gone:
        message = (
            "It was approved, and who asked for it has no right to it any more: nobody knows "
            "whether it was done. Look at the order's money before you ask for it yourself."
        )
        raise AskerGone(message) from gone
    return replace(asker, approved_by=approval.decided_by, approved=asked.amount)


async def _asker(desk: Desk, asked: AskApproval) -> Desk:
    """Who asked, as they are now. Raises `AskerGone` where they may give nothing away any more."""
    account = await desk.services.accounts.find(asked.asked_by)
    right = account.support_right if account else None
    if account is None or right is None or not right.covers(Right.MONEY):
        message = (
            "Who asked for it has no right to it any more: decline it. "
            "If the order needs it still, ask for it yourself."
        )
        raise AskerGone(message)
    key = _idempotency(asked.approval_id, asked.request)
    asker = desk_of(desk.services, account, desk.request_id, key)
    return replace(asker, remark_id=asked.remark_id)


async def _was_done(services: Services, asked: AskApproval) -> bool:
    """Whether the log says so, in the name of who asked."""
    log = await services.audit.of_order(asked.order_id)
    own = (row for row in log if row.actor == asked.asked_by and row.remark_id == asked.remark_id)
    return any(row.outcome is Outcome.DONE for row in own)


def _idempotency(approval_id: UUID, request: dict[str, Any]) -> Idempotency:
    return Idempotency(f"approval-{approval_id}", hash_of(request))


def _of_one(approval_id: UUID, given: Idempotency | None) -> Idempotency | None:
    """One key for two approvals of the same action on one order stands for two decisions."""
    return replace(given, key=f"{approval_id}:{given.key}") if given else None


def _content(asked: AskApproval) -> tuple[object, ...]:
    """What makes it the same one; what is left of the money may differ by now."""
    return (asked.action, asked.order_id, asked.request)


async def _find(services: Services, approval_id: UUID) -> Approval:
    approval = await services.approvals.find(approval_id)
    if approval is None:
        message = "Nobody asked for such an approval."
        raise ApprovalNotFound(message)
    return approval


async def _answer(services: Services, approval: Approval) -> ApprovalAnswer:
    [answer] = await _answers(services, [approval])
    return answer


async def _answers(services: Services, approvals: Sequence[Approval]) -> list[ApprovalAnswer]:
    reasons = await services.writings.remarks({each.asked.remark_id for each in approvals})
    now = datetime.now(UTC)
    return [
        ApprovalAnswer(
            id=each.asked.approval_id,
            state=each.state(now),
            action=each.asked.action,
            order_id=each.asked.order_id,
            request=each.asked.request,
            reason=reasons[each.asked.remark_id].text if each.asked.remark_id in reasons else "",
            amount=Money.of(each.asked.amount),
            asked_by=each.asked.asked_by,
            asked_at=each.asked_at,
            expires_at=each.asked.expires_at,
            decided_by=each.decided_by,
            decided_at=each.decided_at,
        )
        for each in approvals
    ]

"""What waits for support: cases by deadline, refunds, and news of objects that are nobody's."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from api.dependencies import Support, Using
from api.fields import CaseKey, Line
from api.money_answers import CaseAnswer, RefundAttemptAnswer
from api.openapi import refusals
from api.pages import Item, Page, Paged, Paging, page_of
from api.services import Services
from api.support.asking import is_heard
from api.support.desk import Act, AtDesk, Desk, Reasoned
from domain.accounts import Role
from domain.casework import Case, CloseCase, MoveCase, MoveOpenCase, Resolution, WebhookEvent
from domain.desk import DeskAction
from domain.errors import (
    AccountNotFound,
    CaseNotFound,
    DeadlineOutOfRange,
    Forbidden,
    RefundNotDue,
    RightMissing,
)
from domain.orders import Order
from domain.permissions import open_case, to_decide_case, to_move_case
from domain.refunds import RefundState
from workflows.refund import workflow_id_of

router = APIRouter(prefix="/support", tags=["support"])

_DECIDING = (Forbidden, RightMissing, CaseNotFound, RefundNotDue)
_REFUSALS = refusals(*_DECIDING)
_MOVING = refusals(*_DECIDING, AccountNotFound, DeadlineOutOfRange)


class Moving(Reasoned):
    """`owner` is somebody of support; `deadline` is at most 30 days away."""

    owner: UUID | None = None
    deadline: AwareDatetime | None = None


class MovingOne(Moving):
    """`case` names which one; it may be left out where only one of the order is open."""

    case: CaseKey | None = None


class StripeEventAnswer(BaseModel):
    """`object` is the id of what changed at Stripe."""

    id: str
    type: str
    object: str
    order_id: UUID | None
    created_at: datetime
    received_at: datetime | None
    outcome: str | None

    @classmethod
    def of(cls, event: WebhookEvent) -> Self:
        return cls(
            id=event.id,
            type=event.type,
            object=event.object_id,
            order_id=event.order_id,
            created_at=event.created_at,
            received_at=event.received_at,
            outcome=event.outcome,
        )


@router.get("/cases", responses=refusals(Forbidden))
async def list_cases(
    services: Using, _: Support, paging: Paged, state: Literal["open", "all"] = "open"
) -> Page[CaseAnswer]:
    """The open ones, by their deadline; or all, the newest first."""
    if state == "open":
        return await read_open(services, paging, CaseAnswer.of)
    rows = await services.cases.all(before=paging.mark(services.cursors), limit=paging.limit + 1)
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda case: (case.opened_at, case.key),
        shape=CaseAnswer.of,
    )


async def read_open(
    services: Services, paging: Paging, shape: Callable[[Case], Item]
) -> Page[Item]:
    """By their deadline."""
    rows = await services.cases.open_ones(
        after=paging.mark(services.cursors), limit=paging.limit + 1
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda case: (case.deadline, case.key),
        shape=shape,
    )


@router.put("/cases/{key}/owner", responses=_REFUSALS)
async def take_case(key: Line, desk: AtDesk) -> CaseAnswer:
    """From now on it is the caller's."""
    body = Moving(reason="Takes it.", owner=desk.caller.account_id)
    return await move_case(key, body, desk)


@router.post("/cases/{key}/move", responses=_MOVING)
async def move_case(key: Line, body: Moving, desk: AtDesk) -> CaseAnswer:
    """To another owner, or to another deadline; what is left out stays."""
    case = await find_case(desk.services, key)
    async with desk.acting(DeskAction.MOVE_CASE, case, body.reason) as act:
        if not act.done:
            await _move(act, case, body)
    return CaseAnswer.of(await desk.services.cases.find(key) or case)


async def move_case_of(order: Order, body: MovingOne, desk: Desk) -> CaseAnswer:
    """The same of the order's case. Raises `RefundNotDue` where it has none, or several."""
    cases = (await desk.services.money_files.of_order(order.order_id)).cases
    try:
        case = open_case(cases, body.case)
    except RefundNotDue:
        # Of no case, so the log has it of the order.
        async with desk.acting(DeskAction.MOVE_CASE, order, body.reason):
            raise
    return await move_case(case.key, body, desk)


async def _move(act: Act, case: Case, body: Moving) -> None:
    services = act.desk.services
    if body.owner:
        await check_owner(services, body.owner)
    to_move_case(body.deadline, is_open=case.is_open, now=datetime.now(UTC))
    if not (case.is_of_refund and await _asked_to_move(act, case, body)):
        await services.cases.move(
            MoveOpenCase(key=case.key, owner=body.owner, deadline=body.deadline)
        )


async def _asked_to_move(act: Act, case: Case, body: Moving) -> bool:
    """The refund's workflow has the case, and reminds of it."""
    temporal = act.desk.services.temporal
    handle = temporal.get_workflow_handle(workflow_id_of(case.order_id, case.key))
    command = MoveCase(owner=body.owner, deadline=body.deadline, mandate=act.mandate)
    return await is_heard(act, handle, "move_case", command)


async def check_owner(services: Services, owner: UUID) -> None:
    account = await services.accounts.find(owner)
    if account is None or Role.SUPPORT not in account.roles:
        message = "Nobody of support has this id."
        raise AccountNotFound(message)


async def find_case(services: Services, key: str) -> Case:
    """Raises `CaseNotFound`."""
    case = await services.cases.find(key)
    if case is None:
        message = "There is no such case."
        raise CaseNotFound(message)
    return case


@router.post("/cases/{key}/decide", responses=_REFUSALS)
async def decide_case(key: Line, body: Reasoned, desk: AtDesk) -> CaseAnswer:
    """What reconciliation could not mend was looked into: it is found no more. No money moves.

    The case of a refund is resolved with its order's refund instead.
    """
    case = await find_case(desk.services, key)
    async with desk.acting(DeskAction.DECIDE_CASE, case, body.reason) as act:
        # Whoever has decided so, and says it again, says nothing new.
        if case.is_of_refund or case.resolved_by != desk.caller.account_id:
            to_decide_case(is_open=case.is_open, is_of_refund=case.is_of_refund)
            await desk.services.cases.close(_decision(act, case))
    return CaseAnswer.of(await desk.services.cases.find(key) or case)


def _decision(act: Act, case: Case) -> CloseCase:
    return CloseCase(
        order_id=case.order_id,
        key=case.key,
        resolution=Resolution.WAIVED,
        by=act.mandate.by,
        remark_id=act.mandate.remark_id,
    )


@router.get("/refunds", responses=refusals(Forbidden))
async def list_refunds(
    services: Using, _: Support, paging: Paged, state: RefundState | None = None
) -> Page[RefundAttemptAnswer]:
    """Every attempt, the newest first."""
    rows = await services.money_files.refunds(
        state=state, before=paging.before(services.cursors), limit=paging.limit + 1
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda refund: (refund.created_at, refund.refund_id),
        shape=RefundAttemptAnswer.of,
    )


@router.get("/stripe-events", responses=refusals(Forbidden))
async def list_stripe_events(
    services: Using, _: Support, paging: Paged, outcome: Line = "unknown_object"
) -> Page[StripeEventAnswer]:
    """Webhooks that ended so, the newest first; unless asked, those of objects of nobody."""
    rows = await services.webhook_events.list(
        outcome=outcome, before=paging.mark(services.cursors), limit=paging.limit + 1
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda event: (event.received_at or event.created_at, event.id),
        shape=StripeEventAnswer.of,
    )

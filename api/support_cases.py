"""What waits for support: cases by deadline, refunds, and news of objects that are nobody's."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import Support, Using
from api.fields import Line, Model, Text
from api.money_answers import CaseAnswer, RefundAttemptAnswer
from api.openapi import refusals
from api.pages import Page, Paged, page_of
from domain.casework import WebhookEvent
from domain.differences import is_own_case
from domain.errors import Forbidden, RefundNotDue
from domain.orders import Actor
from domain.payments import CloseCase, RefundState, Resolution

router = APIRouter(prefix="/support", tags=["support"])


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
    limit, mark = paging.limit + 1, paging.mark(services.cursors)
    if state == "open":
        rows = await services.cases.open_ones(after=mark, limit=limit)
    else:
        rows = await services.cases.all(before=mark, limit=limit)
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda case: (case.deadline if state == "open" else case.opened_at, case.key),
        shape=CaseAnswer.of,
    )


@router.put("/cases/{key}/owner", responses=refusals(Forbidden, RefundNotDue))
async def take_case(key: Line, services: Using, caller: Support) -> CaseAnswer:
    """From now on it is the caller's."""
    case = await services.cases.assign(key, caller.account_id)
    if case is None:
        message = "There is no such open case."
        raise RefundNotDue(message)
    return CaseAnswer.of(case)


class Deciding(Model):
    reason: Text = Field(examples=["A colleague refunded the second charge"])


@router.post("/cases/{key}/decide", responses=refusals(Forbidden, RefundNotDue))
async def decide_case(key: Line, body: Deciding, services: Using, caller: Support) -> CaseAnswer:
    """What reconciliation could not mend was looked into: it is found no more. No money moves.

    The case of a refund is resolved with its order's refund instead.
    """
    case = await services.cases.find(key)
    if case is None or case.resolved_at or not is_own_case(key):
        message = "Reconciliation has no such open case."
        raise RefundNotDue(message)
    remark_id = await services.writings.keep_remark(
        order_id=case.order_id,
        actor=Actor.SUPPORT,
        account_id=caller.account_id,
        text=body.reason,
    )
    decision = CloseCase(
        order_id=case.order_id,
        key=key,
        resolution=Resolution.WAIVED,
        by=caller.account_id,
        remark_id=remark_id,
    )
    await services.cases.close(decision)
    return CaseAnswer.of(await services.cases.find(key) or case)


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
